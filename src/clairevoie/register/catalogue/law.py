"""The articles that the catalogue cites, written once."""

from __future__ import annotations

from clairevoie.register.catalogue.model import LegalBasis

LEGIFRANCE = "https://www.legifrance.gouv.fr/codes/article_lc/"

CRPA_L111_2 = LegalBasis("CRPA, art. L. 111-2")
CRPA_L300_2 = LegalBasis("CRPA, art. L. 300-2")
CRPA_L311_3_1 = LegalBasis("CRPA, art. L. 311-3-1", f"{LEGIFRANCE}LEGIARTI000033205535")
CRPA_L312_1_3 = LegalBasis("CRPA, art. L. 312-1-3")
CRPA_R311_3_1_1 = LegalBasis("CRPA, art. R. 311-3-1-1", f"{LEGIFRANCE}LEGIARTI000034195878")
CRPA_R311_3_1_2 = LegalBasis("CRPA, art. R. 311-3-1-2", f"{LEGIFRANCE}LEGIARTI000034195881")
CRPA_L412 = LegalBasis("CRPA, art. L. 411-2")
CJA_R421_5 = LegalBasis("CJA, art. R. 421-5")
LIL_47 = LegalBasis("Loi n° 78-17, art. 47", to_check=True)
GDPR_13_14 = LegalBasis("RGPD, art. 13 et 14", to_check=True)
GDPR_9 = LegalBasis("RGPD, art. 9", to_check=True)
GDPR_22 = LegalBasis("RGPD, art. 22", to_check=True)
GDPR_30 = LegalBasis("RGPD, art. 30", to_check=True)
GDPR_35 = LegalBasis("RGPD, art. 35", to_check=True)
AIA_27 = LegalBasis("Règlement (UE) 2024/1689, art. 27", to_check=True)
AIA_26 = LegalBasis("Règlement (UE) 2024/1689, art. 26", to_check=True)
AIA_49 = LegalBasis("Règlement (UE) 2024/1689, art. 49", to_check=True)
AIA_86 = LegalBasis("Règlement (UE) 2024/1689, art. 86")
AIA_ANNEX_8 = LegalBasis("Règlement (UE) 2024/1689, annexe VIII, section C", to_check=True)
