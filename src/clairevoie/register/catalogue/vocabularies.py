"""Controlled vocabularies of the register, with their terms in each exchange format.

Names under ``nl`` are those of the Dutch *Publicatiestandaard 1.0*, under ``atrs`` those of the UK
*Algorithmic Transparency Recording Standard* 1.1, under ``etalab`` the wording of Etalab's
inventory sheet, under ``dcat`` the EU data-theme authority codes.
"""

from __future__ import annotations

from clairevoie.register.catalogue.model import Term, Vocabulary

STATUS = Vocabulary(
    "status",
    "État",
    "Status",
    (
        Term("idea", "Idée", "Idea", {"atrs": "idea"}),
        Term("study", "Étude", "Study"),
        Term("design", "Conception", "Design", {"nl": "In ontwikkeling", "atrs": "design"}),
        Term("test", "Expérimentation", "Test", {"atrs": "development"}),
        Term("deployed", "En service", "In use", {"nl": "In gebruik", "atrs": "production"}),
        Term("suspended", "Suspendu", "Suspended"),
        Term("withdrawn", "Retiré", "Withdrawn", {"nl": "Buiten gebruik", "atrs": "retired"}),
    ),
)

AUTOMATION = Vocabulary(
    "automation",
    "Part de la machine",
    "Degree of automation",
    (
        Term("informs", "Informe, sans décision", "Informs, no decision"),
        Term(
            "supports",
            "Aide un agent à décider",
            "Helps an agent decide",
            {"etalab": "outil d’aide à la décision"},
        ),
        Term(
            "partly",
            "Décision en partie automatisée",
            "Partly automated decision",
            {"etalab": "partiellement automatisée"},
        ),
        Term(
            "fully",
            "Décision entièrement automatisée",
            "Fully automated decision",
            {"etalab": "entièrement automatisée"},
        ),
    ),
)

METHODS = Vocabulary(
    "methods",
    "Méthode",
    "Method",
    (
        Term("rules", "Règles écrites", "Written rules", {"etalab": "système de règles"}),
        Term("scoring_grid", "Barème ou grille de points", "Points scale"),
        Term("statistics", "Statistique", "Statistics"),
        Term(
            "machine_learning",
            "Apprentissage automatique",
            "Machine learning",
            {"etalab": "apprentissage machine (machine learning)"},
        ),
        Term("text_generation", "Génération de textes ou d’images", "Text or image generation"),
        Term("image_analysis", "Analyse d’images", "Image analysis"),
        Term("speech", "Reconnaissance ou synthèse vocale", "Speech recognition or synthesis"),
        Term("search", "Recherche documentaire", "Document search"),
        Term("data_matching", "Croisement de fichiers", "Data matching"),
        Term("optimisation", "Optimisation, planification", "Optimisation, planning"),
        Term("simulation", "Simulation", "Simulation"),
        Term("sensors", "Capteurs", "Sensors"),
        Term("other", "Autre", "Other"),
    ),
)

FUNCTIONS = Vocabulary(
    "functions",
    "Ce que fait le système",
    "What the system does",
    (
        Term("categorise", "Catégorise", "Categorises"),
        Term("sort", "Trie ou classe", "Sorts or ranks"),
        Term("estimate", "Estime ou prédit", "Estimates or predicts"),
        Term("compute", "Calcule", "Computes"),
        Term("match", "Met en relation ou affecte", "Matches or assigns"),
        Term("detect", "Détecte ou signale", "Detects or flags"),
        Term("find", "Recherche de l’information", "Finds information"),
        Term("answer", "Répond à des questions", "Answers questions"),
        Term("write", "Rédige, résume ou traduit", "Writes, sums up or translates"),
        Term("recognise", "Reconnaît une voix, une image", "Recognises a voice, an image"),
        Term("plan", "Planifie", "Plans"),
        Term("monitor", "Surveille ou mesure", "Monitors or measures"),
    ),
)

DOMAINS = Vocabulary(
    "domains",
    "Domaine",
    "Domain",
    (
        Term(
            "social_security",
            "Protection sociale",
            "Social security",
            {"nl": "Sociale zekerheid", "dcat": "SOCI"},
        ),
        Term(
            "tax",
            "Impôts et finances publiques",
            "Taxes and public finance",
            {"nl": "Overheidsfinanciën", "dcat": "ECON"},
        ),
        Term("employment", "Emploi et travail", "Employment and work", {"nl": "Werk"}),
        Term(
            "education",
            "Éducation et recherche",
            "Education and research",
            {"nl": "Onderwijs en wetenschap", "dcat": "EDUC"},
        ),
        Term("health", "Santé", "Health", {"nl": "Zorg en gezondheid", "dcat": "HEAL"}),
        Term("housing", "Logement", "Housing", {"nl": "Wonen"}),
        Term(
            "planning",
            "Urbanisme et équipements",
            "Planning and infrastructure",
            {"nl": "Ruimte en infrastructuur", "dcat": "REGI"},
        ),
        Term(
            "transport",
            "Transports et circulation",
            "Transport and traffic",
            {"nl": "Verkeer", "dcat": "TRAN"},
        ),
        Term(
            "environment",
            "Environnement, propreté, eau",
            "Environment, waste, water",
            {"nl": "Natuur en milieu", "dcat": "ENVI"},
        ),
        Term("energy", "Énergie", "Energy", {"dcat": "ENER"}),
        Term(
            "security",
            "Sécurité et ordre public",
            "Security and public order",
            {"nl": "Openbare orde en veiligheid"},
        ),
        Term("justice", "Justice et droit", "Justice and law", {"nl": "Recht", "dcat": "JUST"}),
        Term(
            "migration",
            "Séjour et intégration",
            "Migration and integration",
            {"nl": "Migratie en integratie"},
        ),
        Term("economy", "Économie et entreprises", "Economy and business", {"nl": "Economie"}),
        Term(
            "culture",
            "Culture, sport et loisirs",
            "Culture, sport and leisure",
            {"nl": "Cultuur en recreatie"},
        ),
        Term(
            "democracy",
            "Participation et vie publique",
            "Participation and public life",
            {"dcat": "GOVE"},
        ),
        Term("user_relations", "Relation avec les usagers", "Relations with the public"),
        Term(
            "administration",
            "Organisation et gestion interne",
            "Internal organisation",
            {"nl": "Organisatie en bedrijfsvoering"},
        ),
        Term(
            "agriculture", "Agriculture et alimentation", "Agriculture and food", {"dcat": "AGRI"}
        ),
        Term(
            "international",
            "International",
            "International",
            {"nl": "Internationaal", "dcat": "INTR"},
        ),
    ),
)

PERSONS = Vocabulary(
    "persons",
    "Personnes concernées",
    "People concerned",
    (
        Term("everyone", "Tout le monde", "Everyone"),
        Term("benefit_recipients", "Allocataires", "Benefit recipients"),
        Term("taxpayers", "Contribuables", "Taxpayers"),
        Term("job_seekers", "Demandeurs d’emploi", "Job seekers"),
        Term("pupils_students", "Élèves et étudiants", "Pupils and students"),
        Term("families_children", "Familles et enfants", "Families and children"),
        Term("patients", "Patients", "Patients"),
        Term("tenants", "Locataires et demandeurs de logement", "Tenants and housing applicants"),
        Term("foreign_nationals", "Personnes étrangères", "Foreign nationals"),
        Term("disabled_people", "Personnes en situation de handicap", "Disabled people"),
        Term("older_people", "Personnes âgées", "Older people"),
        Term("residents", "Habitants d’un territoire", "Residents of an area"),
        Term("litigants", "Justiciables et personnes détenues", "Litigants and prisoners"),
        Term("road_users", "Usagers des transports et de la route", "Transport and road users"),
        Term("public_agents", "Agents publics", "Public employees"),
        Term("workers", "Salariés", "Employees"),
        Term("businesses", "Entreprises et indépendants", "Businesses and self-employed"),
        Term("associations", "Associations", "Associations"),
    ),
)

SCOPE = Vocabulary(
    "scope",
    "Portée",
    "Scope",
    (
        Term("external", "Usagers, public", "Users, the public", {"etalab": "externe"}),
        Term("internal", "Procédure interne", "Internal procedure", {"etalab": "interne"}),
    ),
)

RISK_CLASS = Vocabulary(
    "risk_class",
    "Classement réglementaire",
    "Regulatory class",
    (
        Term(
            "high_risk",
            "Système d’IA à haut risque",
            "High-risk AI system",
            {"nl": "Hoog-risico AI-systeem"},
        ),
        Term(
            "impactful",
            "Traitement à fort effet",
            "Impactful algorithm",
            {"nl": "Impactvolle algoritmes"},
        ),
        Term("other", "Autre traitement", "Other algorithm", {"nl": "Overige algoritmes"}),
    ),
)

ASSESSMENT_STATE = Vocabulary(
    "assessment_state",
    "Où en est l’analyse",
    "State of the assessment",
    (
        Term("published", "Faite et publiée", "Done and published"),
        Term("done", "Faite, non publiée", "Done, not published"),
        Term("under_way", "En cours", "Under way"),
        Term("not_done", "Non faite", "Not done"),
        Term(
            "not_required",
            "Non requise selon l’administration",
            "Not required, says the administration",
        ),
    ),
)

CAPACITY = Vocabulary(
    "capacity",
    "En quelle qualité",
    "Capacity",
    (
        Term("administration", "Administration", "Administration"),
        Term("court", "Juridiction, Cour des comptes", "Court, court of auditors"),
        Term("inspection", "Inspection, audit interne", "Inspection, internal audit"),
        Term("authority", "Autorité indépendante", "Independent authority"),
        Term("parliament", "Parlement", "Parliament"),
        Term("advisory", "Instance consultative", "Advisory body"),
        Term("union", "Syndicat", "Union"),
        Term("association", "Association", "Association"),
        Term("press", "Presse", "Press"),
        Term("researcher", "Recherche", "Research"),
        Term("company", "Entreprise", "Company"),
        Term("person_concerned", "Personne concernée", "Person concerned"),
    ),
)

SOURCE_KIND = Vocabulary(
    "source_kind",
    "Nature de la source",
    "Kind of source",
    (
        Term("report", "Rapport, avis", "Report, opinion"),
        Term("administration_page", "Page d’une administration", "Page of an administration"),
        Term("law", "Loi, règlement", "Law, regulation"),
        Term("decision", "Décision de justice ou d’autorité", "Decision of a court or authority"),
        Term("press", "Article de presse", "Press article"),
        Term("research", "Publication scientifique", "Research publication"),
        Term("dataset", "Jeu de données, registre", "Dataset, register"),
        Term("document_request", "Document obtenu sur demande", "Document obtained on request"),
        Term("union_paper", "Document syndical", "Union paper"),
        Term("hearing", "Audition", "Hearing"),
        Term("testimony", "Témoignage", "Testimony"),
        Term("other", "Autre", "Other"),
    ),
)

BODY_KIND = Vocabulary(
    "body_kind",
    "Type d’organisme",
    "Kind of body",
    (
        Term("central", "Administration centrale, ministère", "Central government, ministry"),
        Term("agency", "Opérateur, établissement public", "Agency, public establishment"),
        Term("social_security", "Organisme de protection sociale", "Social security body"),
        Term("local", "Collectivité territoriale", "Local authority"),
        Term("health", "Établissement de santé", "Health institution"),
        Term("education", "Enseignement, recherche", "Education, research"),
        Term("justice", "Justice", "Justice"),
        Term("security", "Police, sécurité", "Police, security"),
        Term("association", "Association", "Association"),
        Term("company", "Entreprise", "Company"),
        Term("other", "Autre", "Other"),
    ),
)

COUNTRY = Vocabulary(
    "country",
    "Pays",
    "Country",
    (
        Term("FR", "France", "France"),
        Term("DE", "Allemagne", "Germany"),
        Term("AT", "Autriche", "Austria"),
        Term("BE", "Belgique", "Belgium"),
        Term("BG", "Bulgarie", "Bulgaria"),
        Term("CA", "Canada", "Canada"),
        Term("CY", "Chypre", "Cyprus"),
        Term("HR", "Croatie", "Croatia"),
        Term("DK", "Danemark", "Denmark"),
        Term("ES", "Espagne", "Spain"),
        Term("EE", "Estonie", "Estonia"),
        Term("US", "États-Unis", "United States"),
        Term("FI", "Finlande", "Finland"),
        Term("GR", "Grèce", "Greece"),
        Term("HU", "Hongrie", "Hungary"),
        Term("IE", "Irlande", "Ireland"),
        Term("IS", "Islande", "Iceland"),
        Term("IT", "Italie", "Italy"),
        Term("LV", "Lettonie", "Latvia"),
        Term("LT", "Lituanie", "Lithuania"),
        Term("LU", "Luxembourg", "Luxembourg"),
        Term("MT", "Malte", "Malta"),
        Term("NO", "Norvège", "Norway"),
        Term("NL", "Pays-Bas", "Netherlands"),
        Term("PL", "Pologne", "Poland"),
        Term("PT", "Portugal", "Portugal"),
        Term("RO", "Roumanie", "Romania"),
        Term("GB", "Royaume-Uni", "United Kingdom"),
        Term("SK", "Slovaquie", "Slovakia"),
        Term("SI", "Slovénie", "Slovenia"),
        Term("SE", "Suède", "Sweden"),
        Term("CH", "Suisse", "Switzerland"),
        Term("CZ", "Tchéquie", "Czechia"),
    ),
)
"""Countries offered as a filter (ISO 3166-1); a public body of another country is «not filled in»."""

VOCABULARIES: dict[str, Vocabulary] = {
    vocabulary.key: vocabulary
    for vocabulary in (
        STATUS,
        AUTOMATION,
        METHODS,
        FUNCTIONS,
        DOMAINS,
        PERSONS,
        SCOPE,
        RISK_CLASS,
        ASSESSMENT_STATE,
        CAPACITY,
        SOURCE_KIND,
        BODY_KIND,
        COUNTRY,
    )
}
