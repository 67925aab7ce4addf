"""What a profile asks of the shop that it is imported into."""

from __future__ import annotations

from attrs import evolve

from incidentkit.domain.profile import Profile
from incidentkit.domain.shop import Shop, Survey
from incidentkit.errors import ConfigurationError

__all__ = ["check_shop", "shop_for"]


def shop_for(profile: Profile, shop: Shop | None = None) -> Shop:
    """Settings for a store that an import makes.

    They are those of ``shop``, or the built-in ones, in the profile's zone and currency, with the surveys that its answers
    need.
    """
    shop = shop or Shop()
    needed = {rule.survey: Survey(rule.survey, rule.scale) for rule in profile.answers}
    surveys = (*shop.surveys, *(survey for name, survey in needed.items() if shop.survey(name) is None))
    return evolve(shop, zone=profile.zone, currency=profile.currency, surveys=surveys)


def check_shop(profile: Profile, shop: Shop) -> None:
    """Refuse a shop that can't hold what the profile brings.

    Raises:
        ConfigurationError: a survey is not there, or has another scale.
    """
    problems = []
    for i, rule in enumerate(profile.answers):
        survey = shop.survey(rule.survey)
        if survey is None:
            known = ", ".join(s.name for s in shop.surveys) or "none"
            problems.append(f"answers[{i}].survey: expected one of the shop's, {known}, found {rule.survey!r}")
        elif survey.scale != rule.scale:
            scale = f"{survey.scale.low} to {survey.scale.high}"
            problems.append(f"answers[{i}].survey: expected the shop's scale, {scale}, found {rule.low} to {rule.high}")
    if problems:
        raise ConfigurationError(
            f"The import profile {profile.name}",
            "must fit the shop's settings",
            got="; ".join(problems),
            next="Correct the profile, or the surveys in shop.toml.",
            problems=tuple(problems),
        )
