"""Publishers' codes of sanctions programmes in words, as their own pages and acts name them.

A code that is not here stays without a name and is counted as unknown by its parser.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from transforms.names import term

# The Security Council's committees, by UN_LIST_TYPE; the resolutions are those that set them up.
UN = {
    "Al-Qaida": "ISIL (Da'esh) and Al-Qaida, resolutions 1267 (1999), 1989 (2011) and 2253 (2015)",
    "CAR": "Central African Republic, resolution 2127 (2013)",
    "DPRK": "Democratic People's Republic of Korea, resolution 1718 (2006)",
    "DRC": "Democratic Republic of the Congo, resolution 1533 (2004)",
    "GB": "Guinea-Bissau, resolution 2048 (2012)",
    "Haiti": "Haiti, resolution 2653 (2022)",
    "Iran": "Iran, resolution 1737 (2006)",
    "Iraq": "Iraq, resolution 1518 (2003)",
    "Libya": "Libya, resolution 1970 (2011)",
    "Mali": "Mali, resolution 2374 (2017)",
    "Somalia": "Somalia, resolution 751 (1992)",
    "SouthSudan": "South Sudan, resolution 2206 (2015)",
    "Sudan": "Sudan, resolution 1591 (2005)",
    "Taliban": "Taliban, resolution 1988 (2011)",
    "Yemen": "Yemen, resolution 2140 (2014)",
}

# OFAC's program tags; E.O. is an Executive Order.
OFAC = {
    "561-Related": "Correspondent or payable-through account sanctions, Iran (31 CFR part 561)",
    "BALKANS": "Western Balkans Stabilization Regulations, 31 CFR part 588; E.O. 13219",
    "BALKANS-EO14033": "Western Balkans, E.O. 14033",
    "BELARUS": "Belarus Sanctions Regulations, 31 CFR part 548; E.O. 13405",
    "BELARUS-EO14038": "Belarus, E.O. 14038",
    "BPI-PA": "Blocked pending investigation, Patriot Act",
    "BPI-RUSSIA-EO14024": "Blocked pending investigation, Russia, E.O. 14024",
    "BURMA-EO14014": "Burma, E.O. 14014",
    "CAATSA - IRAN": "Countering America's Adversaries Through Sanctions Act, Iran",
    "CAATSA - RUSSIA": "Countering America's Adversaries Through Sanctions Act, Russia",
    "CAR": "Central African Republic Sanctions Regulations, 31 CFR part 553; E.O. 13667",
    "CMIC-EO13959": "Chinese military-industrial complex companies, E.O. 13959",
    "CUBA": "Cuban Assets Control Regulations, 31 CFR part 515",
    "CYBER2": "Malicious cyber-enabled activities, E.O. 13694 as amended by E.O. 13757",
    "DARFUR": "Darfur Sanctions Regulations, 31 CFR part 546; E.O. 13400",
    "DPRK": "North Korea Sanctions Regulations, 31 CFR part 510; E.O. 13551",
    "DPRK-NKSPEA": "North Korea Sanctions and Policy Enhancement Act of 2016",
    "DPRK2": "North Korea, E.O. 13687",
    "DPRK3": "North Korea, E.O. 13722",
    "DPRK4": "North Korea, E.O. 13810",
    "DRCONGO": "Democratic Republic of the Congo Sanctions Regulations, 31 CFR part 547; E.O. 13413",
    "ELECTION-EO13848": "Foreign interference in US elections, E.O. 13848",
    "ETHIOPIA-EO14046": "Ethiopia, E.O. 14046",
    "FSE-IR": "Foreign sanctions evaders, Iran, E.O. 13608",
    "FSE-SY": "Foreign sanctions evaders, Syria, E.O. 13608",
    "FTO": "Foreign Terrorist Organizations Sanctions Regulations, 31 CFR part 597",
    "GLOMAG": "Global Magnitsky, E.O. 13818",
    "HIFPAA": "Hizballah International Financing Prevention Amendments Act of 2018",
    "HK-EO13936": "Hong Kong normalization, E.O. 13936",
    "HOSTAGES-EO14078": "Hostages and wrongful detention, E.O. 14078",
    "HRIT-IR": "Human rights abuses by information technology, Iran, E.O. 13606",
    "HRIT-SY": "Human rights abuses by information technology, Syria, E.O. 13606",
    "ICC-EO14203": "International Criminal Court, E.O. 14203",
    "IFCA": "Iran Freedom and Counter-Proliferation Act of 2012",
    "IFSR": "Iranian Financial Sanctions Regulations, 31 CFR part 561",
    "ILLICIT-DRUGS-EO14059": "Global illicit drug trade, E.O. 14059",
    "IRAN": "Iranian Transactions and Sanctions Regulations, 31 CFR part 560; E.O. 13599",
    "IRAN-CON-ARMS-EO": "Conventional arms activities of Iran, E.O. 13949",
    "IRAN-EO13846": "Iran, reimposed sanctions, E.O. 13846",
    "IRAN-EO13871": "Iran, metals sectors, E.O. 13871",
    "IRAN-EO13876": "Iran, Supreme Leader's Office, E.O. 13876",
    "IRAN-EO13902": "Iran, additional sectors, E.O. 13902",
    "IRAN-HR": "Human rights abuses in Iran, E.O. 13553",
    "IRAN-TRA": "Iran Threat Reduction and Syria Human Rights Act of 2012; E.O. 13628",
    "IRAQ2": "Iraq, former regime, E.O. 13315",
    "IRAQ3": "Iraq stabilization, E.O. 13438",
    "IRGC": "Islamic Revolutionary Guard Corps (31 CFR part 561)",
    "ISA": "Iran Sanctions Act of 1996",
    "LEBANON": "Lebanon Sanctions Regulations, 31 CFR part 549; E.O. 13441",
    "LIBYA2": "Libya, E.O. 13566",
    "LIBYA3": "Libya stabilization, E.O. 13726",
    "MAGNIT": "Sergei Magnitsky Rule of Law Accountability Act of 2012",
    "MALI-EO13882": "Mali, E.O. 13882",
    "NICARAGUA": "Nicaragua, E.O. 13851",
    "NICARAGUA-NHRAA": "Nicaragua Human Rights and Anticorruption Act of 2018",
    "NPWMD": "Weapons of mass destruction proliferators, 31 CFR part 544; E.O. 13382",
    "NS-PLC": "Non-SDN Palestinian Legislative Council list, 31 CFR parts 594, 595 and 597",
    "PAARSSR-EO13894": "Promoting accountability in relation to Syria, E.O. 13894 as amended",
    "PEESA-EO14039": "Protecting Europe's Energy Security Act of 2019; E.O. 14039",
    "RUSSIA-EO14024": "Harmful foreign activities of the Russian Federation, E.O. 14024",
    "RUSSIA-EO14065": "Occupied regions of Ukraine, E.O. 14065",
    "SDGT": "Specially Designated Global Terrorists, 31 CFR part 594; E.O. 13224",
    "SDNT": "Specially Designated Narcotics Traffickers, 31 CFR part 536; E.O. 12978",
    "SDNTK": "Foreign Narcotics Kingpins, 31 CFR part 598",
    "SOMALIA": "Somalia Sanctions Regulations, 31 CFR part 551; E.O. 13536",
    "SOUTH SUDAN": "South Sudan Sanctions Regulations, 31 CFR part 558; E.O. 13664",
    "SSIDES": "Foreign sanctions evaders, Syria, E.O. 13608",
    "SUDAN-EO14098": "Sudan, E.O. 14098",
    "SYRIA": "Syrian Sanctions Regulations, 31 CFR part 542",
    "SYRIA-CAESAR": "Caesar Syria Civilian Protection Act of 2019",
    "SYRIA-EO13894": "Syria-related, E.O. 13894",
    "TCO": "Transnational criminal organizations, 31 CFR part 590; E.O. 13581",
    "UHRPA": "Uyghur Human Rights Policy Act of 2020",
    "UKRAINE-EO13660": "Ukraine and Russia, E.O. 13660",
    "UKRAINE-EO13661": "Ukraine and Russia, E.O. 13661",
    "UKRAINE-EO13662": "Ukraine and Russia, sectors, E.O. 13662",
    "UKRAINE-EO13685": "Crimea region of Ukraine, E.O. 13685",
    "VENEZUELA": "Venezuela Sanctions Regulations, 31 CFR part 591; E.O. 13692",
    "VENEZUELA-EO13850": "Venezuela, E.O. 13850",
    "VENEZUELA-EO13884": "Venezuela, government, E.O. 13884",
    "WEST-BANK-EO14115": "West Bank, E.O. 14115",
    "YEMEN": "Yemen Sanctions Regulations, 31 CFR part 552; E.O. 13611",
}

# The EU's programme codes: restrictive measures in view of, against, or directed at.
EU = {
    "AFG": "Afghanistan",
    "BDI": "Burundi",
    "BIH": "Bosnia and Herzegovina",
    "BLR": "Belarus",
    "CAF": "Central African Republic",
    "CHEM": "Proliferation and use of chemical weapons",
    "COD": "Democratic Republic of the Congo",
    "CYB": "Cyber-attacks threatening the Union or its Member States",
    "EUAQ": "ISIL (Da'esh) and Al-Qaeda, the Union's own listings",
    "GIN": "Guinea",
    "GNB": "Guinea-Bissau",
    "GTM": "Guatemala",
    "HAM": "Hamas and Palestinian Islamic Jihad, support of violent actions",
    "HR": "Serious human rights violations and abuses",
    "HTI": "Haiti",
    "HYB": "Destabilising activities of Russia",
    "IRN": "Iran",
    "IRQ": "Iraq",
    "LBN": "Lebanon",
    "LBY": "Libya",
    "MDA": "Actions destabilising the Republic of Moldova",
    "MLI": "Mali",
    "MMR": "Myanmar/Burma",
    "NER": "Niger",
    "NIC": "Nicaragua",
    "PRK": "Democratic People's Republic of Korea",
    "RUSDA": "Human rights in Russia",
    "SDN": "Sudan",
    "SDNZ": "Activities undermining the stability and political transition of Sudan",
    "SOM": "Somalia",
    "SSD": "South Sudan",
    "SYR": "Syria",
    "TAQA": "ISIL (Da'esh) and Al-Qaida, the United Nations' listings",
    "TERR": "Combating terrorism",
    "TUN": "Tunisia",
    "TUR": "Unauthorised drilling activities of Türkiye in the Eastern Mediterranean",
    "UKR": "Actions undermining or threatening the territorial integrity of Ukraine",
    "UNLI": "Libya, the United Nations' listings",
    "VEN": "Venezuela",
    "YEM": "Yemen",
    "ZWE": "Zimbabwe",
}


def read(code: str, names: Mapping[str, str], field: str, unknown: Counter[str]) -> tuple[str, str | None]:
    """A programme's code and its name; a code without one counts in `unknown` as the publisher's `field`.

    Codes are compared as `term` does, and a known one is given as we know it: a publisher that changes its
    case or spaces has not changed the record.
    """
    if name := names.get(code):
        return code, name
    for known, name in names.items():
        if term(known) == term(code):
            return known, name
    unknown[f"{field} {code}"] += 1
    return code, None
