"""Addresses of recommendations."""

from __future__ import annotations

from django.urls import path

from clairevoie.web.consultation.views import answering, recommendation_feed, recommendations

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
]
