"""Goals: what is measured more, objectives, check-ins, causes, surveys. Tables of facts that change are made anew."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

__all__ = ["down_revision", "revision", "upgrade"]

revision = "0004"
down_revision = "0003"

_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, _TEXT, nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null)


def _micros(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=null)


def _only(where: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def upgrade() -> None:
    """Make the new tables, and those of facts that have other columns now."""
    _kept_figures()
    _of_measures()
    _of_goals()
    _of_checkins()
    _of_learning()
    _of_causes()
    _of_surveys()


def _kept_figures() -> None:
    """Made anew, and empty: whoever asks for them computes them."""
    op.drop_table("figures")
    op.create_table(
        "figures",
        _text("tenant"),
        _text("measure"),
        _text("definition"),
        _text("zone"),
        _text("by"),
        _text("segment"),
        _micros("since"),
        _micros("until"),
        _micros("marks"),
        _text("cells"),
        _micros("known_at"),
        _micros("turns_at", null=True),
        sa.PrimaryKeyConstraint("tenant", "measure", "definition", "zone", "by", "segment", "since"),
        sqlite_with_rowid=False,
    )


def _of_measures() -> None:
    """When orders were handed over, whose fault an order's incident is, signatures of incidents, readings entered by hand."""
    op.drop_table("facts_orders")
    op.create_table(
        "facts_orders",
        _text("tenant"),
        _text("order_id"),
        _text("number", null=True),
        _text("customer", null=True),
        _text("account", null=True),
        _text("status"),
        _number("passive"),
        _number("cancelled"),
        _micros("placed_at"),
        _micros("confirmed_at", null=True),
        _micros("delivered_at", null=True),
        _micros("cancelled_at", null=True),
        _micros("promised_first", null=True),
        _micros("promised_due", null=True),
        _micros("confirmation", null=True),
        _micros("handover", null=True),
        _micros("delivery", null=True),
        _number("on_time", null=True),
        _micros("value"),
        _micros("updated_at", null=True),
        _micros("judged_at"),
        sa.PrimaryKeyConstraint("tenant", "order_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_orders_account", "facts_orders", ["tenant", "account", "placed_at"], **_only("account IS NOT NULL"))
    op.create_index(
        "facts_orders_customer", "facts_orders", ["tenant", "customer", "placed_at"], **_only("customer IS NOT NULL")
    )
    op.create_index("facts_orders_number", "facts_orders", ["tenant", "number"], **_only("number IS NOT NULL"))
    op.create_index("facts_orders_placed", "facts_orders", ["tenant", "placed_at"])
    op.drop_table("facts_incident_orders")
    op.create_table(
        "facts_incident_orders",
        _text("tenant"),
        _text("order_id"),
        _text("incident_id"),
        _number("counts"),
        _number("open"),
        _text("reported_by"),
        _text("cause_category", null=True),
        sa.PrimaryKeyConstraint("tenant", "order_id", "incident_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_incident_orders_incident", "facts_incident_orders", ["tenant", "incident_id"])
    op.create_index("facts_incident_orders_open", "facts_incident_orders", ["tenant", "order_id"], **_only("open = 1"))
    _signatures()


def _signatures() -> None:
    op.create_table(
        "facts_incident_signatures",
        _text("tenant"),
        _text("incident_id"),
        _text("signature"),
        _number("narrow"),
        _text("customer", null=True),
        _micros("detected_at"),
        _number("counts"),
        sa.PrimaryKeyConstraint("tenant", "incident_id", "signature"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "facts_incident_signatures_repeats",
        "facts_incident_signatures",
        ["tenant", "customer", "signature", "detected_at"],
        **_only("customer IS NOT NULL"),
    )
    op.create_index("facts_incident_signatures_signature", "facts_incident_signatures", ["tenant", "signature", "detected_at"])
    op.create_table(
        "facts_readings",
        _text("tenant"),
        _text("reading_id"),
        _text("measure"),
        _micros("at"),
        _micros("value", null=True),
        _micros("hits", null=True),
        _micros("units"),
        _text("team", null=True),
        _text("agent", null=True),
        _number("counts"),
        sa.PrimaryKeyConstraint("tenant", "reading_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_readings_measure", "facts_readings", ["tenant", "measure", "at"])


def _of_goals() -> None:
    """Objectives, and the initiative that a task is a step of."""
    op.create_table(
        "facts_objectives",
        _text("tenant"),
        _text("objective_id"),
        _text("importance"),
        _text("team"),
        _text("owner"),
        _text("state"),
        _number("running"),
        _text("since"),
        _text("until"),
        _micros("set_at"),
        _micros("ended_at", null=True),
        sa.PrimaryKeyConstraint("tenant", "objective_id"),
        sqlite_with_rowid=False,
    )
    op.drop_table("facts_tasks")
    op.create_table(
        "facts_tasks",
        _text("tenant"),
        _text("task_id"),
        _text("kind"),
        _text("rule", null=True),
        _text("order_id", null=True),
        _text("incident_id", null=True),
        _text("initiative", null=True),
        _text("customer", null=True),
        _text("owner_team"),
        _text("owner_agent", null=True),
        _text("asked"),
        _text("state"),
        _number("open"),
        _micros("due", null=True),
        _micros("opened_at"),
        _micros("taken_at", null=True),
        _micros("ended_at", null=True),
        sa.PrimaryKeyConstraint("tenant", "task_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "facts_tasks_incident", "facts_tasks", ["tenant", "incident_id", "open"], **_only("incident_id IS NOT NULL")
    )
    op.create_index(
        "facts_tasks_initiative", "facts_tasks", ["tenant", "initiative", "open"], **_only("initiative IS NOT NULL")
    )
    op.create_index("facts_tasks_open", "facts_tasks", ["tenant", "opened_at"], **_only("open = 1"))
    op.create_index("facts_tasks_order", "facts_tasks", ["tenant", "order_id"], **_only("order_id IS NOT NULL"))


def _of_checkins() -> None:
    """Commitments, and the check-ins that they are made in."""
    op.create_table(
        "facts_commitments",
        _text("tenant"),
        _text("commitment_id"),
        _text("agent"),
        _text("team"),
        _text("measure"),
        _text("asked_by"),
        _text("objective", null=True),
        _text("key_result", null=True),
        _micros("made_at"),
        _micros("due"),
        _number("kept"),
        _micros("reported_at", null=True),
        _number("open"),
        sa.PrimaryKeyConstraint("tenant", "commitment_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_commitments_due", "facts_commitments", ["tenant", "due"])
    op.create_index("facts_commitments_agent", "facts_commitments", ["tenant", "agent", "due"])
    op.create_index("facts_commitments_team", "facts_commitments", ["tenant", "team", "due"])
    op.create_table(
        "facts_checkins",
        _text("tenant"),
        _text("checkin_id"),
        _text("team"),
        _micros("held_at"),
        sa.PrimaryKeyConstraint("tenant", "checkin_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_checkins_team", "facts_checkins", ["tenant", "team", "held_at"])


def _of_learning() -> None:
    """The step of incidents and answers, costs, false resolutions. What is in facts follows from the record."""
    op.drop_table("facts_incidents")
    op.create_table(
        "facts_incidents",
        _text("tenant"),
        _text("incident_id"),
        _text("order_id", null=True),
        _text("customer", null=True),
        _text("type"),
        _text("group", null=True),
        _text("severity"),
        _number("severity_rank"),
        _text("cause", null=True),
        _text("cause_category", null=True),
        _text("step", null=True),
        _text("reported_by"),
        _text("owner_team"),
        _text("owner_agent", null=True),
        _text("handover_to", null=True),
        _micros("told_at", null=True),
        _micros("promised_at", null=True),
        _number("lines_named"),
        _text("phase"),
        _number("open"),
        _number("counts"),
        _number("passive"),
        _number("claimed"),
        _number("reopened"),
        _number("ever_resolved"),
        _micros("detected_at"),
        _micros("communicated_at", null=True),
        _micros("resolved_at", null=True),
        _micros("closed_at", null=True),
        _micros("ended_at", null=True),
        _micros("resolution", null=True),
        _micros("resolution_working", null=True),
        _micros("unowned", null=True),
        _text("substate", null=True),
        _text("evidence", null=True),
        _number("waived"),
        _number("settled"),
        _number("false_resolutions"),
        _text("follows", null=True),
        _text("merged_into", null=True),
        _micros("first_response_by", null=True),
        _micros("communicate_by", null=True),
        _micros("update_by", null=True),
        _micros("resolve_by", null=True),
        _micros("next_due", null=True),
        _text("waits_for"),
        _text("running", null=True),
        _micros("clocks_due", null=True),
        _number("sla_met"),
        _number("level"),
        sa.PrimaryKeyConstraint("tenant", "incident_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_incidents_clocks", "facts_incidents", ["tenant", "clocks_due"], **_only("clocks_due IS NOT NULL"))
    op.create_index(
        "facts_incidents_customer", "facts_incidents", ["tenant", "customer", "detected_at"], **_only("customer IS NOT NULL")
    )
    op.create_index("facts_incidents_detected", "facts_incidents", ["tenant", "detected_at"])
    op.create_index("facts_incidents_ended", "facts_incidents", ["tenant", "ended_at"])
    op.create_index(
        "facts_incidents_open", "facts_incidents", ["tenant", "passive", "severity_rank", "detected_at"], **_only("open = 1")
    )
    op.drop_table("facts_answers")
    op.create_table(
        "facts_answers",
        _text("tenant"),
        _text("ask_id"),
        _text("survey"),
        _text("kind"),
        _text("order_id", null=True),
        _text("incident_id", null=True),
        _text("customer", null=True),
        _micros("asked_at"),
        _micros("answered_at"),
        _number("score"),
        _number("top"),
        _number("passive"),
        _text("type", null=True),
        _text("severity", null=True),
        _text("cause", null=True),
        _text("step", null=True),
        _text("team", null=True),
        _text("agent", null=True),
        sa.PrimaryKeyConstraint("tenant", "ask_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_answers_answered", "facts_answers", ["tenant", "survey", "answered_at"])
    op.create_table(
        "facts_costs",
        _text("tenant"),
        _text("stream"),
        _text("item"),
        _number("part"),
        _text("incident_id", null=True),
        _text("kind"),
        _text("channel"),
        _text("team", null=True),
        _micros("at"),
        _micros("cost", null=True),
        _text("currency", null=True),
        sa.PrimaryKeyConstraint("tenant", "stream", "item", "part"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_costs_at", "facts_costs", ["tenant", "at"])
    op.create_index("facts_costs_incident", "facts_costs", ["tenant", "incident_id"], **_only("incident_id IS NOT NULL"))
    op.create_table(
        "facts_false_resolutions",
        _text("tenant"),
        _text("incident_id"),
        _number("place"),
        _micros("at"),
        sa.PrimaryKeyConstraint("tenant", "incident_id", "place"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_false_resolutions_at", "facts_false_resolutions", ["tenant", "at"])


def _of_causes() -> None:
    """Analyses and corrective actions, with the incidents that they are about."""
    op.create_table(
        "facts_analyses",
        _text("tenant"),
        _text("analysis_id"),
        _text("state"),
        _number("open"),
        _text("team"),
        _text("signature", null=True),
        _text("cause", null=True),
        _text("step", null=True),
        _number("whys"),
        _micros("begun_at"),
        _micros("ended_at", null=True),
        sa.PrimaryKeyConstraint("tenant", "analysis_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "facts_analysis_incidents",
        _text("tenant"),
        _text("incident_id"),
        _text("analysis_id"),
        sa.PrimaryKeyConstraint("tenant", "incident_id", "analysis_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "facts_corrective_actions",
        _text("tenant"),
        _text("action_id"),
        _text("analysis_id", null=True),
        _text("state"),
        _number("open"),
        _number("to_do"),
        _text("signature"),
        _text("cause"),
        _text("subject_kind"),
        _text("subject"),
        _text("sponsor"),
        _text("owner_team"),
        _text("owner_agent", null=True),
        _text("asked"),
        _micros("due"),
        _micros("planned_at"),
        _micros("done_at", null=True),
        _micros("judged_from", null=True),
        _micros("judged_at", null=True),
        _micros("ended_at", null=True),
        _text("verdict", null=True),
        _text("reason", null=True),
        _number("reopened"),
        _number("recurrences"),
        sa.PrimaryKeyConstraint("tenant", "action_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_corrective_actions_open", "facts_corrective_actions", ["tenant", "due"], **_only("open = 1"))
    op.create_table(
        "facts_corrective_action_incidents",
        _text("tenant"),
        _text("incident_id"),
        _text("action_id"),
        _number("recurred"),
        sa.PrimaryKeyConstraint("tenant", "incident_id", "action_id"),
        sqlite_with_rowid=False,
    )


def _of_surveys() -> None:
    """Asks and advice; products with the time and the units that rates of incidents are made of."""
    op.create_table(
        "facts_asks",
        _text("tenant"),
        _text("ask_id"),
        _text("survey"),
        _text("order_id", null=True),
        _text("incident_id", null=True),
        _text("customer", null=True),
        _micros("asked_at"),
        _number("ours"),
        _number("lost"),
        _micros("answered_at", null=True),
        _number("commented"),
        _number("coded"),
        _text("team", null=True),
        _text("agent", null=True),
        _text("step", null=True),
        sa.PrimaryKeyConstraint("tenant", "ask_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_asks_asked", "facts_asks", ["tenant", "survey", "asked_at"])
    op.create_index("facts_asks_customer", "facts_asks", ["tenant", "customer", "asked_at"], **_only("customer IS NOT NULL"))
    op.create_index("facts_asks_unread", "facts_asks", ["tenant", "answered_at"], **_only("commented = 1 AND coded = 0"))
    op.create_table(
        "facts_advice",
        _text("tenant"),
        _text("order_id"),
        _text("code"),
        _text("subject"),
        _micros("at"),
        _micros("placed_at"),
        _text("customer", null=True),
        sa.PrimaryKeyConstraint("tenant", "order_id", "code", "subject"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_advice_placed", "facts_advice", ["tenant", "placed_at"])
    op.drop_table("facts_order_products")
    op.create_table(
        "facts_order_products",
        _text("tenant"),
        _text("order_id"),
        _text("product"),
        _micros("placed_at"),
        _number("units"),
        sa.PrimaryKeyConstraint("tenant", "order_id", "product"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_order_products_product", "facts_order_products", ["tenant", "product", "placed_at"])
    op.drop_table("facts_incident_products")
    op.create_table(
        "facts_incident_products",
        _text("tenant"),
        _text("incident_id"),
        _text("product"),
        _micros("detected_at"),
        sa.PrimaryKeyConstraint("tenant", "incident_id", "product"),
        sqlite_with_rowid=False,
    )
    op.create_index("facts_incident_products_product", "facts_incident_products", ["tenant", "product", "detected_at"])
