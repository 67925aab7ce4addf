"""What columns are called in English and Spanish, and what is meant by it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

__all__ = ["AMOUNTS", "ROLES", "TIMES", "fits", "is_personal", "plain", "words_in"]


@cache
def words_in(name: str) -> tuple[str, ...]:
    """A name's words in small letters without accents: ``Fecha Envío``, ``fecha_envio`` and ``fechaEnvio`` are the same."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    letters = unicodedata.normalize("NFKD", apart).lower()
    return tuple(re.findall(r"[a-z0-9]+", "".join(c for c in letters if not unicodedata.combining(c))))


def plain(name: str) -> str:
    """A name that can be a key of TOML without quotes; empty where nothing is left of it."""
    return "_".join(words_in(name))[:40]


@cache
def fits(name: str, patterns: str) -> float:
    """How well a name fits any of some patterns; 0 for not at all.

    Patterns stand apart by commas. Each is one or more words that the name has; ``*`` ends the beginning of a word, ``=``
    begins a pattern that must be the whole name. More words fit better, earlier patterns a little better than later ones.
    """
    words = words_in(name)
    scores = [_fit(words, pattern.split()) - place / 1000 for place, pattern in enumerate(patterns.split(",")) if pattern]
    return max([0.0, *scores])


def _fit(words: Sequence[str], pattern: Sequence[str]) -> float:
    whole = pattern[0].startswith("=")
    parts = [part.removeprefix("=") for part in pattern]
    if (whole and len(words) != len(parts)) or not all(_has(words, part) for part in parts):
        return 0.0
    return 2 * len(parts) + (len(words) == len(parts)) - len(words) / 100


def _has(words: Iterable[str], part: str) -> bool:
    return any(word.startswith(part[:-1]) if part.endswith("*") else word == part for word in words)


ROLES: Mapping[str, str] = {
    "ignored": "limit,limite,birth*,nacimiento,vencimiento,factura*,invoice*,state customer,state shipping,state billing,cost,"
    "coste,gasto*,tax,iva,impuesto*,discount*,descuento*,freight,shipping price,category name",
    "currency": "currency,moneda,divisa",
    "confirmed": "confirm*,approved,approval,aprob*,aceptad*,accepted,validad*",
    "promised": "promis*,prometid*,promesa,estimat*,estimad*,previst*,prevision,expected,eta,compromet*,compromiso,"
    "limite entreg*,due delivery,=due,plazo,plazo entrega,estimated delivery,entrega prevista",
    "shipped": "shipped,dispatch*,despach*,enviad*,fecha envio,=envio,expedi*,salida,carrier delivered,sent,fulfilled,"
    "shipping date,shipment date,ship date",
    "delivered": "customer delivered,fecha entrega,deliver*,entreg*,arriv*,llegad*,recibid*,received",
    "cancelled": "cancel*,anulad*,anulacion",
    "returned": "return*,devuelt*,devolucion",
    "resolved": "resolv*,resuelt*,solved,solucion*,closed,cerrad*,cierre,fecha cierre",
    "asked": "creation review,asked,encuesta enviada",
    "answered": "answer*,fecha respuesta,respond*,respuesta,contestad*,review date,fecha valoracion,fecha encuesta,submitted",
    "written": "updated,modified,actualiza*,modifica*,=timestamp",
    "detected": "opened,abiert*,apertura,reported,detect*,fecha incidencia,incident date,registrad*",
    "placed": "order purchase,purchase timestamp,=fecha pedido,=fecha del pedido,=fecha de pedido,=order date,ordered,placed,"
    "fecha compra,fecha venta,purchased,bought,comprado,=fecha,=date,created,creado,creada,creacion,alta,fecha,date,dia",
    "email": "email,e mail,mail,correo",
    "phone": "phone,telefono,tel,movil,mobile,celular,whatsapp",
    "name": "customer name,nombre cliente,full name,nombre completo,=nombre,=name,nombre,recipient,destinatario",
    "customer": "=customer id,=cliente id,=id cliente,customer unique,codigo cliente,customer,cliente,client,buyer,comprador",
    "account": "company,empresa,account,cuenta,razon social",
    "score": "score,rating,stars,estrellas,nota,puntuacion,valoracion,satisfac*,csat,nps",
    "channel": "channel,canal,=medio,=via",
    "direction": "direction,sentido,inbound,outbound,entrante,saliente",
    "manager": "account manager,key account,manager,gestor*,=comercial,ejecutivo cuenta,responsable",
    "agent": "agent,agente,atendido,operador*,operator,handled by,attended by,employee,empleado",
    "quantity": "quantity,qty,cantidad,cant,unidades,uds,units,piezas,pieces,pcs",
    "price": "unit price,precio unitario,precio,price,pvp",
    "paid": "=paid,=pagado,total paid,total pagado,order total,total pedido,grand total,importe total,payment value,total,"
    "importe,paid,pagado,amount,monto",
    "status": "order status,estado pedido,status,estado,situacion,state,fase,phase",
    "severity": "severity,gravedad,severidad,priority,prioridad,urgenc*",
    "type": "tipo incidencia,incident type,issue type,ticket type,type,tipo,category,categoria,motivo,reason,problem*",
    "description": "description,descripcion,detalle*,details,summary,resumen,asunto,subject,symptom,sintoma,observacion*,notes",
    "comment": "comment message,comment*,comentario*,message,mensaje,opinion,feedback",
    "product": "=product id,=sku,sku,=producto,product,producto,articulo,item,referencia,ref,ean,modelo",
    "case": "=ticket,=incident,=incidencia,=caso,=case,ticket id,incident id,id incidencia,ticket,incident*,incidencia,caso,"
    "case,reclamacion,complaint,queja,claim,issue,expediente",
    "order": "=order id,=order,=pedido,order id,order number,order no,order num,order nr,order code,id pedido,numero pedido,"
    "num pedido,no pedido,n pedido,codigo pedido,ref pedido,pedido,order,orden,orderid,ordernumber,orderno,idpedido,numpedido,"
    "venta,sale",
    "id": "=id,=number,=numero,=num,=no,=n,=codigo,=code,=key,id,number,numero",
}
"""What a column can be for, with the names that say so. Of two that fit alike, the earlier."""

TIMES = frozenset(
    {
        "placed", "confirmed", "promised", "shipped", "delivered", "cancelled", "returned", "resolved", "asked", "answered",
        "detected", "written",
    }
)  # fmt: skip
"""Roles of columns with times."""

AMOUNTS = frozenset({"price", "paid"})
"""Roles of columns with amounts."""

_PERSONAL = (
    "name,nombre*,apellido*,surname,lastname,firstname,email,mail,correo,phone*,tel,telefono*,movil,mobile,celular,whatsapp,"
    "address*,direccion*,domicilio,calle,street,city,ciudad,poblacion,localidad,provincia,zip,postal,cp,dni,nif,nie,cif,passport,"
    "pasaporte,iban,card,tarjeta,birth*,nacimiento,customer*,client*,cliente*,buyer,comprador,contact*,user*,usuario*,agent*,"
    "vendedor*,seller*,comercial,recipient*,destinatario*,comment*,comentario*,message*,mensaje*,nota,notas,note*,description,"
    "descripcion,observ*,detalle*,details,asunto,subject,ip,opinion,feedback,person*,titular,firma,assigned*,asignad*,owner,latitude,"
    "longitude"
)


def is_personal(name: str) -> bool:
    """Whether what stands under a name may be about a person, or in somebody's own words."""
    return fits(name, _PERSONAL) > 0
