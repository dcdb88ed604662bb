import CityKernel

/// The words of the OpenAPI document: what each door does, what it takes.
enum APIWords {
    struct Door {
        var group: String
        var summary: LocalizedText
        /// Unless the doors of NGSI-LD say it themselves.
        var query: [String] = []
        var body: JSONValue?
        var bodyTypes = ["application/json", "application/ld+json"]
        var statuses = [200]
    }

    static func find(_ key: String) -> Door? { doors[key] }

    private static let selection = [
        "id", "idPattern", "type", "attrs", "q", "georel", "geometry", "coordinates", "limit",
        "offset", "count", "options",
    ]
    private static let doors: [String: Door] =
        [
            entities, others, partners, contexts, registrationSubscriptions, snapshots, refusals,
            ngsiv2,
        ]
        .reduce(into: [:]) { all, part in all.merge(part) { first, _ in first } }

    private static let entities: [String: Door] = [
        "GET /ngsi-ld/v1/entities": Door(
            group: "entities",
            summary: LocalizedText("エンティティをさがす", easy: "データを さがす", en: "Query entities"),
            query: selection),
        "POST /ngsi-ld/v1/entities": Door(
            group: "entities",
            summary: LocalizedText("エンティティを作る", easy: "データを 作る", en: "Create an entity"),
            body: APIExamples.entity, statuses: [201]),
        "DELETE /ngsi-ld/v1/entities": Door(
            group: "entities",
            summary: LocalizedText("条件に合うものを消す", easy: "まとめて けす", en: "Purge entities"),
            query: ["id", "type", "q"], statuses: [204]),
        "GET /ngsi-ld/v1/entities/{id}": Door(
            group: "entities",
            summary: LocalizedText("一つを読む", easy: "一つ 読む", en: "Retrieve an entity"),
            query: ["attrs", "options"]),
        "PUT /ngsi-ld/v1/entities/{id}": Door(
            group: "entities",
            summary: LocalizedText("一つを置き換える", easy: "一つ おきかえる", en: "Replace an entity"),
            body: APIExamples.entity, statuses: [204]),
        "PATCH /ngsi-ld/v1/entities/{id}": Door(
            group: "entities",
            summary: LocalizedText("一つに混ぜる", easy: "一つに まぜる", en: "Merge into an entity"),
            body: APIExamples.fragment, statuses: [204]),
        "DELETE /ngsi-ld/v1/entities/{id}": Door(
            group: "entities",
            summary: LocalizedText("一つを消す", easy: "一つ けす", en: "Delete an entity"),
            statuses: [204]),
        "POST /ngsi-ld/v1/entities/{id}/attrs": Door(
            group: "entities",
            summary: LocalizedText("属性を加える", easy: "なかみを ふやす", en: "Append attributes"),
            query: ["options"], body: APIExamples.fragment, statuses: [204, 207]),
        "PATCH /ngsi-ld/v1/entities/{id}/attrs": Door(
            group: "entities",
            summary: LocalizedText("属性を更新する", easy: "なかみを かえる", en: "Update attributes"),
            body: APIExamples.fragment, statuses: [204, 207]),
        "PATCH /ngsi-ld/v1/entities/{id}/attrs/{name}": Door(
            group: "entities",
            summary: LocalizedText(
                "属性の一部を更新する", easy: "一つ かえる", en: "Partially update an attribute"),
            body: APIExamples.attribute, statuses: [204]),
        "PUT /ngsi-ld/v1/entities/{id}/attrs/{name}": Door(
            group: "entities",
            summary: LocalizedText("属性を置き換える", easy: "一つ おきかえる", en: "Replace an attribute"),
            body: APIExamples.attribute, statuses: [204]),
        "DELETE /ngsi-ld/v1/entities/{id}/attrs/{name}": Door(
            group: "entities",
            summary: LocalizedText("属性を消す", easy: "一つ けす", en: "Delete an attribute"),
            query: ["deleteAll"], statuses: [204]),
        "POST /ngsi-ld/v1/entityOperations/create": Door(
            group: "batch", summary: LocalizedText("まとめて作る", easy: "まとめて 作る", en: "Batch create"),
            body: [APIExamples.entity], statuses: [201, 207]),
        "POST /ngsi-ld/v1/entityOperations/upsert": Door(
            group: "batch",
            summary: LocalizedText("まとめて作るか更新する", easy: "まとめて 書く", en: "Batch upsert"),
            query: ["options"], body: [APIExamples.entity],
            statuses: [201, 204, 207]),
        "POST /ngsi-ld/v1/entityOperations/update": Door(
            group: "batch",
            summary: LocalizedText("まとめて更新する", easy: "まとめて かえる", en: "Batch update"),
            query: ["options"], body: [APIExamples.entity], statuses: [204, 207]),
        "POST /ngsi-ld/v1/entityOperations/merge": Door(
            group: "batch", summary: LocalizedText("まとめて混ぜる", easy: "まとめて まぜる", en: "Batch merge"),
            body: [APIExamples.entity], statuses: [204, 207]),
        "POST /ngsi-ld/v1/entityOperations/delete": Door(
            group: "batch", summary: LocalizedText("まとめて消す", easy: "まとめて けす", en: "Batch delete"),
            body: APIExamples.entityIDs,
            statuses: [204, 207]),
        "POST /ngsi-ld/v1/entityOperations/query": Door(
            group: "batch",
            summary: LocalizedText("長い条件でさがす", easy: "くわしく さがす", en: "Query by a body"),
            query: ["limit", "offset", "count", "options"],
            body: ["type": "Query", "entities": [["type": "Shelter"]]]),
    ]

    private static let others: [String: Door] = [
        "GET /ngsi-ld/v1/temporal/entities": Door(
            group: "temporal",
            summary: LocalizedText("履歴をさがす", easy: "まえの データを さがす", en: "Query histories"),
            query: [
                "type", "id", "attrs", "timerel", "timeAt", "endTimeAt", "lastN", "limit", "offset",
                "options",
            ], statuses: [200, 206]),
        "GET /ngsi-ld/v1/temporal/entities/{id}": Door(
            group: "temporal",
            summary: LocalizedText("一つの履歴を読む", easy: "一つの まえの データ", en: "Retrieve a history"),
            query: ["attrs", "timerel", "timeAt", "endTimeAt", "lastN", "options"],
            statuses: [200, 206]),
        "GET /ngsi-ld/v1/types": Door(
            group: "discovery", summary: LocalizedText("型の一覧", easy: "しゅるいを 見る", en: "List types")),
        "GET /ngsi-ld/v1/types/{name}": Door(
            group: "discovery",
            summary: LocalizedText("型を読む", easy: "しゅるいを 読む", en: "Describe a type")),
        "GET /ngsi-ld/v1/attributes": Door(
            group: "discovery",
            summary: LocalizedText("属性の一覧", easy: "なかみの 名前を 見る", en: "List attributes")),
        "GET /ngsi-ld/v1/attributes/{name}": Door(
            group: "discovery",
            summary: LocalizedText("属性を読む", easy: "なかみの 名前を 読む", en: "Describe an attribute")),
        "POST /ngsi-ld/v1/subscriptions": Door(
            group: "subscriptions",
            summary: LocalizedText("知らせを申し込む", easy: "しらせを たのむ", en: "Create a subscription"),
            body: APIExamples.subscription, statuses: [201]),
        "GET /ngsi-ld/v1/subscriptions": Door(
            group: "subscriptions",
            summary: LocalizedText("申し込みの一覧", easy: "たのんだ ものを 見る", en: "List subscriptions")),
        "GET /ngsi-ld/v1/subscriptions/{id}": Door(
            group: "subscriptions",
            summary: LocalizedText("申し込みを読む", easy: "一つ 見る", en: "Retrieve a subscription")),
        "PATCH /ngsi-ld/v1/subscriptions/{id}": Door(
            group: "subscriptions",
            summary: LocalizedText("申し込みを変える", easy: "一つ かえる", en: "Update a subscription"),
            body: ["isActive": false], statuses: [204]),
        "DELETE /ngsi-ld/v1/subscriptions/{id}": Door(
            group: "subscriptions",
            summary: LocalizedText("申し込みをやめる", easy: "やめる", en: "Delete a subscription"),
            statuses: [204]),
        "POST /ingest/v1/readings": Door(
            group: "readings",
            summary: LocalizedText("観測値を送る", easy: "数を おくる", en: "Send readings"),
            body: [
                [
                    "gauge": "7055", "level": 1.23, "unit": "m",
                    "observedAt": "2026-07-04T03:50:00+09:00",
                ]
            ],
            bodyTypes: ["application/json"]),
        "POST /ingest/v1/tables/{mapping}": Door(
            group: "readings",
            summary: LocalizedText(
                "表を自分の形のまま送る", easy: "ひょうを そのまま おくる",
                en: "Send a table as it is, read by a mapping"),
            body: [["station": "7055", "level": 1.23]],
            bodyTypes: ["application/json", "text/csv"]),
        "GET /ingest/v1/status": Door(
            group: "readings",
            summary: LocalizedText("受け口の状態", easy: "うけくちの ようす", en: "State of the sources")),
        "GET /events": Door(
            group: "events",
            summary: LocalizedText(
                "変化を流れで受け取る", easy: "かわった ことを つづけて 読む", en: "Follow changes (SSE)"),
            query: ["types"]),
    ]

    /// Addresses that lack a part, which only refuse.
    private static let refusals: [String: Door] = Dictionary(
        uniqueKeysWithValues: [
            "PUT /ngsi-ld/v1/entities", "PATCH /ngsi-ld/v1/entities",
            "POST /ngsi-ld/v1/entities/attrs", "PATCH /ngsi-ld/v1/entities/attrs",
            "PUT /ngsi-ld/v1/entities/attrs/{name}", "PATCH /ngsi-ld/v1/entities/attrs/{name}",
            "DELETE /ngsi-ld/v1/entities/attrs/{name}",
        ].map { key in
            (
                key,
                Door(
                    group: "entities",
                    summary: LocalizedText(
                        "idのない住所は断る", easy: "id が ない ものは ことわる",
                        en: "Refused: the address lacks the id"),
                    statuses: [400])
            )
        })

    private static let contexts: [String: Door] = [
        "POST /ngsi-ld/v1/jsonldContexts": Door(
            group: "contexts",
            summary: LocalizedText("@contextを預ける", easy: "ことばの 表を あずける", en: "Host a context"),
            body: ["@context": ["level": "https://example.jp/level"]],
            bodyTypes: ["application/ld+json"], statuses: [201]),
        "GET /ngsi-ld/v1/jsonldContexts": Door(
            group: "contexts",
            summary: LocalizedText("@contextの一覧", easy: "ことばの 表を 見る", en: "List contexts"),
            query: ["details", "kind"]),
        "GET /ngsi-ld/v1/jsonldContexts/{id}": Door(
            group: "contexts",
            summary: LocalizedText("@contextを読む", easy: "ことばの 表を 読む", en: "Serve a context"),
            query: ["details"]),
        "DELETE /ngsi-ld/v1/jsonldContexts/{id}": Door(
            group: "contexts",
            summary: LocalizedText(
                "@contextを消す、読み直す", easy: "ことばの 表を けす", en: "Delete or reload a context"),
            query: ["reload"], statuses: [204]),
    ]

    private static let registrationSubscriptions: [String: Door] = [
        "POST /ngsi-ld/v1/csourceSubscriptions": Door(
            group: "partners",
            summary: LocalizedText(
                "登録の変化を知らせてもらう", easy: "とうろくが かわったら しらせる",
                en: "Subscribe to registrations"),
            body: APIExamples.registrationSubscription, statuses: [201]),
        "GET /ngsi-ld/v1/csourceSubscriptions": Door(
            group: "partners",
            summary: LocalizedText(
                "登録の購読の一覧", easy: "しらせの 一覧", en: "List registration subscriptions")),
        "GET /ngsi-ld/v1/csourceSubscriptions/{id}": Door(
            group: "partners",
            summary: LocalizedText(
                "登録の購読を読む", easy: "一つ 見る", en: "Retrieve a registration subscription")),
        "PATCH /ngsi-ld/v1/csourceSubscriptions/{id}": Door(
            group: "partners",
            summary: LocalizedText(
                "登録の購読を変える", easy: "一つ かえる", en: "Update a registration subscription"),
            body: ["isActive": false], statuses: [204]),
        "DELETE /ngsi-ld/v1/csourceSubscriptions/{id}": Door(
            group: "partners",
            summary: LocalizedText(
                "登録の購読をやめる", easy: "やめる", en: "Delete a registration subscription"),
            statuses: [204]),
    ]

    private static let snapshots: [String: Door] = [
        "POST /ngsi-ld/v1/snapshots": Door(
            group: "snapshots",
            summary: LocalizedText("結果を写し取る", easy: "けっかを うつす", en: "Create a snapshot"),
            body: APIExamples.snapshot, statuses: [201]),
        "DELETE /ngsi-ld/v1/snapshots": Door(
            group: "snapshots",
            summary: LocalizedText("条件に合う写しを消す", easy: "うつしを まとめて けす", en: "Purge snapshots"),
            statuses: [204]),
        "GET /ngsi-ld/v1/snapshots/{id}": Door(
            group: "snapshots",
            summary: LocalizedText("写しの状態", easy: "うつしの ようす", en: "Status of a snapshot")),
        "PATCH /ngsi-ld/v1/snapshots/{id}": Door(
            group: "snapshots",
            summary: LocalizedText("写しの期限や優先度を変える", easy: "うつしを かえる", en: "Update a snapshot"),
            body: ["snapshotPriority": 7]),
        "DELETE /ngsi-ld/v1/snapshots/{id}": Door(
            group: "snapshots",
            summary: LocalizedText("写しを消す", easy: "うつしを けす", en: "Delete a snapshot"),
            statuses: [204]),
        "POST /ngsi-ld/v1/snapshots/{id}/clone": Door(
            group: "snapshots",
            summary: LocalizedText("写しをもう一つ作る", easy: "うつしを ふやす", en: "Clone a snapshot"),
            body: ["type": "Snapshot"], statuses: [201]),
    ]

    private static let partners: [String: Door] = [
        "POST /ngsi-ld/v1/csourceRegistrations": Door(
            group: "partners",
            summary: LocalizedText("ほかの基盤を登録する", easy: "ほかの 市を とうろくする", en: "Register a source"),
            body: APIExamples.registration, statuses: [201]),
        "GET /ngsi-ld/v1/csourceRegistrations": Door(
            group: "partners",
            summary: LocalizedText("登録の一覧", easy: "とうろくを 見る", en: "Query registrations")),
        "GET /ngsi-ld/v1/csourceRegistrations/{id}": Door(
            group: "partners",
            summary: LocalizedText("登録を読む", easy: "一つ 見る", en: "Retrieve a registration")),
        "PATCH /ngsi-ld/v1/csourceRegistrations/{id}": Door(
            group: "partners",
            summary: LocalizedText("登録を変える", easy: "一つ かえる", en: "Update a registration"),
            body: ["endpoint": "https://city.example.jp"], statuses: [204]),
        "DELETE /ngsi-ld/v1/csourceRegistrations/{id}": Door(
            group: "partners",
            summary: LocalizedText("登録をやめる", easy: "やめる", en: "Delete a registration"),
            statuses: [204]),
        "GET /ngsi-ld/v1/entityMaps": Door(
            group: "partners",
            summary: LocalizedText("問いの結果を控える", easy: "さがした ものを おぼえる", en: "Create an entity map"),
            query: selection, statuses: [201]),
        "GET /ngsi-ld/v1/temporal/entityMaps": Door(
            group: "partners",
            summary: LocalizedText(
                "履歴の問いを控える", easy: "まえの データを おぼえる", en: "Create a temporal entity map"),
            query: ["type", "id", "attrs", "timerel", "timeAt", "endTimeAt"], statuses: [201]),
        "GET /ngsi-ld/v1/entityMaps/{id}": Door(
            group: "partners",
            summary: LocalizedText("控えを読む", easy: "おぼえた ものを 見る", en: "Retrieve an entity map")),
        "PATCH /ngsi-ld/v1/entityMaps/{id}": Door(
            group: "partners",
            summary: LocalizedText("控えを延ばす", easy: "おぼえる 時間を かえる", en: "Update an entity map"),
            body: ["expiresAt": "2026-07-04T03:50:00Z"], statuses: [204]),
        "DELETE /ngsi-ld/v1/entityMaps/{id}": Door(
            group: "partners",
            summary: LocalizedText("控えを消す", easy: "おぼえた ものを けす", en: "Delete an entity map"),
            statuses: [204]),
        "GET /ngsi-ld/v1/info/sourceIdentity": Door(
            group: "discovery",
            summary: LocalizedText("この基盤の名乗り", easy: "この 街の 名前", en: "Identity of this source")),
        "POST /ngsi-ld/v1/temporal/entities": Door(
            group: "temporal",
            summary: LocalizedText("履歴を書く", easy: "まえの データを 書く", en: "Tell a history"),
            body: APIExamples.told, statuses: [201, 204]),
        "DELETE /ngsi-ld/v1/temporal/entities/{id}": Door(
            group: "temporal",
            summary: LocalizedText("履歴を消す", easy: "まえの データを けす", en: "Delete a history"),
            statuses: [204]),
        "POST /ngsi-ld/v1/temporal/entities/{id}/attrs": Door(
            group: "temporal",
            summary: LocalizedText("履歴に加える", easy: "まえの データを ふやす", en: "Add to a history"),
            body: APIExamples.told, statuses: [204]),
        "DELETE /ngsi-ld/v1/temporal/entities/{id}/attrs/{name}": Door(
            group: "temporal",
            summary: LocalizedText("属性の履歴を消す", easy: "一つ けす", en: "Delete an attribute's history"),
            query: ["deleteAll"], statuses: [204]),
        "PATCH /ngsi-ld/v1/temporal/entities/{id}/attrs/{name}/{instance}": Door(
            group: "temporal",
            summary: LocalizedText("履歴の一つを直す", easy: "一つ なおす", en: "Modify an instance"),
            body: APIExamples.fragment, statuses: [204]),
        "DELETE /ngsi-ld/v1/temporal/entities/{id}/attrs/{name}/{instance}": Door(
            group: "temporal",
            summary: LocalizedText("履歴の一つを消す", easy: "一つ けす", en: "Delete an instance"),
            statuses: [204]),
        "POST /ngsi-ld/v1/temporal/entityOperations/query": Door(
            group: "temporal",
            summary: LocalizedText(
                "長い条件で履歴をさがす", easy: "くわしく さがす", en: "Query histories by a body"),
            query: ["limit", "offset", "count", "options"],
            body: [
                "type": "Query", "entities": [["type": "FloodStage"]],
                "temporalQ": ["timerel": "after", "timeAt": "2026-07-04T00:00:00Z"],
            ], statuses: [200, 206]),
    ]

    // MARK: - Parameters

    static func query(_ name: String, in path: String) -> APIOperation.Parameter {
        let schema: JSONValue =
            switch name {
            case "limit": ["type": "integer", "minimum": 0, "maximum": 1_000]
            case "offset", "lastN": ["type": "integer", "minimum": 0]
            case "count", "details", "deleteAll": ["type": "boolean"]
            case "timerel": ["type": "string", "enum": ["before", "after", "between"]]
            case "timeAt", "endTimeAt": ["type": "string", "format": "date-time"]
            case "id": ["type": "string", "format": "uri"]
            default: ["type": "string"]
            }
        return .init(
            name: name, place: .query, schema: schema,
            example: APIExamples.query(name, in: path))
    }
}
