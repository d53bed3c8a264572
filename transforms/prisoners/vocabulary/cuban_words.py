"""Words of lists on Cuba: statuses, and those of offences in the criminal codes of 1987 and 2022."""

from __future__ import annotations

import re

from transforms.prisoners.prisoner import Status

# How a status may begin, in the order in which they are tried. Of `released` nothing may follow but the day.
_UNDER_CONDITIONS = (
    r"(?:en |bajo )?(?:libertad (?:condicional|limitada|provisional|bajo fianza)|limitacion de libertad)"
    r"|licencia extrapenal|(?:en |bajo )?(?:prision|reclusion|arresto) domiciliari[ao]"
    r"|regimen carcelario-domiciliar|subsidio de pena (?:domiciliar|no privativa)"
    r"|trabajos? (?:forzosos?|correccional(?:es)?) sin internamiento"
    r"|(?:bajo )?auto (?:fiscal )?de medida cautelar(?: de (?:fianza|reclusion domiciliaria))?"
    r"|excarcelad[oa]"  # from prison, the sentence going on: the publisher says that it is no release
)
STATUSES: tuple[tuple[Status, re.Pattern[str]], ...] = (
    ("died", re.compile(r"(?:fallecid[oa]|muert[oa] en prision)\b")),
    ("exiled", re.compile(r"(?:desterrad[oa]|exiliad[oa])\b")),
    (
        "released",
        re.compile(
            r"(?:liberad[oa]|(?:puest[oa] )?en libertad|libertad plena"
            r"|excarcelad[oa] por cumplimiento (?:integro )?de (?:la )?(?:condena|sancion))"
            r"(?: el (?P<day>\d\d/\d\d/\d{4}))?(?=\.?$)"
        ),
    ),
    ("unknown", re.compile(rf"(?:{_UNDER_CONDITIONS})\b(?: bajo amenazas(?: de facto)?| y amenazas)?")),
    (
        "detained",
        re.compile(r"(?:en prision(?: provisional)?|pres[oa]|encarcelad[oa]|detenid[oa]|recluid[oa])\b"),
    ),
)

_WORDS = """
a abandono abuso abusos acaparamiento actividad actividades acto actos adulteracion agentes agresion
agresiones alteracion amenaza amenazas apropiacion arma armas asesinato asociacion asociaciones atentado
autoridad autoridades autor ayuda bandidaje bienes blanca blancas calumnia capacidad capitales caracter
civil clandestinidad clandestino coaccion cohecho colectivo comercio como complice con constitucional
contagio contra contrabando cosas crimenes cumplimiento danos de deber deberes del delincuencia delinquir
delito delitos denegacion denuncia desacato desobediencia desorden desordenes detenidos difamacion difusion
disparo divisas documento documentos domicilio drogas e economia economica economicas el electronica en
encubrimiento enemiga enemigo enemigos engano enriquecimiento entrada epidemias especulacion espionaje
establecimiento establecimientos estado estafa estrago estragos evasion exhibiciones explosivos extorsion
exterior extranjero falsa falsas falsedad falsificacion familia fe forzada fuego fuerza funcionario
funcionarios funciones genero grado grave graves gubernativas hecho hechos heroes himno homicidio hurto
identidad ilegal ilegales ilicita ilicitas ilicito impedimento impresos incendio incitacion incumplimiento
indebida indebido informacion informaciones infraccion ingreso injuria inmuebles instigacion instituciones
intimidacion intrusismo la las lavado lesiones leve leves ley libertad los lucro malversacion manifestacion
manifestaciones martires medidas mercenarismo moral muebles multiple negociacion nacional nacionales normas
noticias o obediencia obligaciones odio orden organizacion organizaciones otros otro participacion patria
patrios paz peligrosidad perjudicial perjudiciales personas perturbacion pirateria por portacion posesion
predelictiva presos prevaricacion prevencion privacion privada proceso produccion propaganda propagacion
prostitucion proxenetismo publica publicas publico publicos quebrantamiento rebelion receptacion reclusos
redes resistencia reunion reuniones revelacion robo sabotaje salida sancion sanciones secreto secretos
sedicion seguridad sexual sexuales sin simbolos social sociales sustraccion tenencia tentativa territorio
terrorismo trafico traicion transito tratados ultraje usurpacion vandalismo vehiculo violacion violencia
violencias y
"""
OFFENCE_WORDS = frozenset(_WORDS.split())
