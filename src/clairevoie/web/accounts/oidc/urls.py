"""Addresses that the provider knows: the same in every language."""

from __future__ import annotations

from django.urls import path

from clairevoie.web.accounts.oidc import views

app_name = "oidc"
urlpatterns = [
    path("connexion/fournisseur/", views.RequestView.as_view(), name="start"),
    path("connexion/fournisseur/retour/", views.CallbackView.as_view(), name="callback"),
    path("deconnexion/fournisseur/retour/", views.signed_out, name="signed_out"),
]
