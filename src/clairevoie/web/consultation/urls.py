"""Addresses of consultations and recommendations."""

from __future__ import annotations

from django.urls import path

from clairevoie.web.consultation.views import (
    answering,
    consultations,
    exports,
    organising,
    recommendation_feed,
    recommendations,
    taking_part,
)

app_name = "consultation"
urlpatterns = [
    path("contribuer/recommandations/", answering.recommend, name="recommend"),
    path("recommandations/", recommendations.listing, name="recommendations"),
    path(
        "recommandations/flux.atom",
        recommendation_feed.RecommendationsFeed(),
        name="recommendation_feed",
    ),
    path("recommandations/<int:number>/", recommendations.recommendation, name="recommendation"),
    path("recommandations/<int:number>/remplacer/", answering.replace, name="replace"),
    path("recommandations/<int:number>/repondre/", answering.answer, name="answer"),
    path("recommandations/<int:number>/avancement/", answering.progress, name="progress"),
    path("recommandations/<int:number>/moderation/", answering.moderate, name="moderate"),
    path("consultations/", consultations.listing, name="consultations"),
    path("contribuer/consultations/", organising.open_one, name="open"),
    path("consultations/<int:number>/", consultations.consultation, name="consultation"),
    path("consultations/<int:number>/participer/", taking_part.take_part, name="take_part"),
    path("consultations/<int:number>/participer/votes/", taking_part.own_votes, name="own_votes"),
    path("consultations/<int:number>/participer/proposer/", taking_part.propose, name="propose"),
    path("consultations/<int:number>/participer/qui/", taking_part.who, name="who"),
    path("consultations/<int:number>/participer/quitter/", taking_part.leave, name="leave"),
    path(
        "consultations/<int:number>/participer/lien/<str:secret>/",
        taking_part.come_back,
        name="come_back",
    ),
    path(
        "consultations/<int:number>/moderation/",
        consultations.moderation_log,
        name="moderation_log",
    ),
    path("consultations/<int:number>/resultats/", consultations.results, name="results"),
    path(
        "consultations/<int:number>/resultats/calcul/",
        consultations.computation,
        name="computation",
    ),
    path(
        "consultations/<int:number>/resultats/propositions/<int:proposal>/",
        consultations.proposal_result,
        name="proposal_result",
    ),
    path(
        "consultations/<int:number>/resultats.json",
        consultations.results_json,
        name="results_json",
    ),
    path(
        "consultations/<int:number>/resultats.csv",
        consultations.results_table,
        name="results_csv",
    ),
    path(
        "consultations/<int:number>/resultats/polis/comments.csv",
        exports.comments,
        name="polis_comments",
    ),
    path(
        "consultations/<int:number>/resultats/polis/comment-groups.csv",
        exports.comment_groups,
        name="polis_groups",
    ),
    path("consultations/<int:number>/organiser/", organising.organise, name="organise"),
    path(
        "consultations/<int:number>/organiser/propositions/<int:proposal>/",
        organising.decide,
        name="decide",
    ),
]
