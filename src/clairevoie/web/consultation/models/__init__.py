"""What is stored: recommendations with their answers, consultations with their votes."""

from __future__ import annotations

from clairevoie.web.consultation.models.consultations import (
    Audience,
    Closing,
    Consultation,
    Invitation,
    ModerationWhen,
)
from clairevoie.web.consultation.models.population import (
    CATEGORY_LENGTH,
    SOURCE_LENGTH,
    PopulationAnswered,
    PopulationCategory,
    PopulationFeature,
)
from clairevoie.web.consultation.models.recommendations import (
    LOCATOR_LENGTH,
    NAME_LENGTH,
    TITLE_LENGTH,
    AnswerVerdict,
    Notice,
    Origin,
    Recommendation,
    RecommendationAnswer,
    RecommendationModeration,
    RecommendationStep,
)
from clairevoie.web.consultation.models.voting import (
    Decision,
    Participation,
    Proposal,
    ProposalCount,
    ProposalState,
    Vote,
    VoteValue,
)

__all__ = [
    "CATEGORY_LENGTH",
    "LOCATOR_LENGTH",
    "NAME_LENGTH",
    "SOURCE_LENGTH",
    "TITLE_LENGTH",
    "AnswerVerdict",
    "Audience",
    "Closing",
    "Consultation",
    "Decision",
    "Invitation",
    "ModerationWhen",
    "Notice",
    "Origin",
    "Participation",
    "PopulationAnswered",
    "PopulationCategory",
    "PopulationFeature",
    "Proposal",
    "ProposalCount",
    "ProposalState",
    "Recommendation",
    "RecommendationAnswer",
    "RecommendationModeration",
    "RecommendationStep",
    "Vote",
    "VoteValue",
]
