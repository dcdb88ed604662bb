import CityKernel

/// The core @context of NGSI-LD (ETSI GS CIM 009 V1.9.1, Annex B), which every other context is read
/// beneath: nobody can give its terms another meaning.
enum CoreContext {
    static let vocabulary = "https://uri.etsi.org/ngsi-ld/default-context/"
    /// How others spell the same vocabulary.
    static let otherVocabulary = "https://uri.etsi.org/ngsi-ld/default-vocab/"
    static let url = "https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.8.jsonld"

    /// Every published version is the same to the city: each only adds terms to the one before.
    static func isCore(_ url: String) -> Bool { published.contains(url) }

    private static let published: Set<String> = {
        let base = "://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context"
        let versions = [""] + (0...9).flatMap { ["-v1.\($0)", "-v1.\($0).1"] }
        return Set(versions.flatMap { ["https\(base)\($0).jsonld", "http\(base)\($0).jsonld"] })
    }()

    static let prefixes = [
        "ngsi-ld": "https://uri.etsi.org/ngsi-ld/", "geojson": "https://purl.org/geojson/vocab#",
    ]

    static let iris: [String: String] = {
        var iris: [String: String] = [:]
        for term in terms { iris[term] = "https://uri.etsi.org/ngsi-ld/" + term }
        for term in geoTerms { iris[term] = "https://purl.org/geojson/vocab#" + term }
        for (term, name) in renamed { iris[term] = "https://uri.etsi.org/ngsi-ld/" + name }
        iris["description"] = "http://purl.org/dc/terms/description"
        iris["title"] = "http://purl.org/dc/terms/title"
        iris["langString"] = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
        return iris
    }()

    static let termsByIRI = Dictionary(
        iris.map { ($0.value, $0.key) }, uniquingKeysWith: { min($0, $1) })

    private static let geoTerms = [
        "Feature", "FeatureCollection", "GeometryCollection", "LineString", "MultiLineString",
        "MultiPoint", "MultiPolygon", "Point", "Polygon", "bbox", "coordinates", "features",
        "geometry", "properties",
    ]

    /// Terms whose IRI ends otherwise.
    private static let renamed = [
        "containedBy": "isContainedBy", "dataset": "hasDataset", "entityMap": "hasEntityMap",
        "joinLevel": "hasJoinLevel", "json": "hasJSON", "key": "hasKey",
        "languageMap": "hasLanguageMap", "languageMaps": "hasLanguageMaps", "object": "hasObject",
        "objectList": "hasObjectList", "objectLists": "hasObjectLists", "objects": "hasObjects",
        "objectType": "hasObjectType", "previousJson": "hasPreviousJson",
        "previousLanguageMap": "hasPreviousLanguageMap", "previousObject": "hasPreviousObject",
        "previousObjectList": "hasPreviousObjectList", "previousValue": "hasPreviousValue",
        "previousValueList": "hasPreviousValueList", "previousVocab": "hasPreviousVocab",
        "value": "hasValue", "valueList": "hasValueList", "valueLists": "hasValueLists",
        "values": "hasValues", "valueType": "hasValueType", "vocab": "hasVocab",
        "vocabs": "hasVocabs",
    ]

    private static let terms = """
        Attribute AttributeList ContextSourceIdentity ContextSourceNotification \
        ContextSourceRegistration Date DateTime EntityType EntityTypeInfo EntityTypeList \
        ExecutionResultDetails GeoProperty JsonProperty LanguageProperty ListProperty \
        ListRelationship Notification Property Relationship Snapshot SnapshotNotification \
        Subscription TemporalProperty Time VocabProperty accept aggrMethods aggrParams \
        aggrPeriodDuration attributeCount attributeDetails attributeList attributeName \
        attributeNames attributeTypes attributes attrs avg cacheDuration collation \
        contextSourceAlias contextSourceExtras contextSourceInfo contextSourceTimeAt \
        contextSourceUptime cooldown createdAt csf data datasetId deletedAt detail distinctCount \
        endAt endTimeAt endpoint entities entity entityCount entityId entityList error errors \
        expandValues expiresAt format geoQ geoproperty georel idPattern information instanceId \
        isActive join jsonKeys jsons lang lastFailure lastNotification lastSuccess lastUsedAt \
        linkedMaps localOnly location management managementInterval max min mode modifiedAt \
        ngsildproof notUpdated notification notificationTrigger notifiedAt notifierInfo \
        observationInterval observationSpace observedAt omit operationSpace operations orderBy \
        ordering pick problemDetails propertyNames q reason receiverInfo refreshRate \
        registrationId registrationName relationshipNames resultStatus scope scopeQ showChanges \
        snapshotId snapshotLifetime snapshotPriority snapshotQueries snapshotQueriesDetails \
        snapshotStatus snapshotTemporalQueries snapshotTemporalQueriesDetails startAt status \
        stddev subscriptionId subscriptionName success sum sumsq sysAttrs temporalQ tenant \
        throttling timeAt timeInterval timeout timeproperty timerel timesFailed timesSent \
        totalCount triggerReason typeList typeName typeNames unchanged unitCode updated uri \
        watchedAttributes
        """.split(separator: " ").map(String.init)
}
