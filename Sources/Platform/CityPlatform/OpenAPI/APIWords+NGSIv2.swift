import CityKernel

/// The words for `/v2`.
extension APIWords {
    private static func door(
        _ japanese: String, _ easy: String, _ english: String, query: [String] = [],
        body: JSONValue? = nil, statuses: [Int] = [200], bodyTypes: [String] = ["application/json"]
    ) -> Door {
        Door(
            group: "ngsiv2", summary: LocalizedText(japanese, easy: easy, en: english),
            query: query, body: body, bodyTypes: bodyTypes, statuses: statuses)
    }

    private static let selection = [
        "id", "idPattern", "type", "typePattern", "attrs", "metadata", "q", "mq", "georel",
        "geometry", "coords", "orderBy", "limit", "offset", "options",
    ]
    private static let target: JSONValue = ["url": "https://example.jp/notify"]

    static let ngsiv2: [String: Door] = entities.merging(values) { first, _ in first }
        .merging(others) { first, _ in first }

    private static let entities: [String: Door] = [
        "GET /v2": door("入口の一覧", "いりぐちを 見る", "List the resources"),
        "GET /v2/entities": door(
            "エンティティをさがす", "データを さがす", "Query entities", query: selection),
        "POST /v2/entities": door(
            "エンティティを作る", "データを 作る", "Create an entity", query: ["options"], body: APIExamples.room,
            statuses: [201, 204]),
        "GET /v2/entities/{id}": door(
            "一つを読む", "一つ 読む", "Retrieve an entity",
            query: ["type", "attrs", "metadata", "options"]),
        "DELETE /v2/entities/{id}": door(
            "一つを消す", "一つ けす", "Delete an entity", query: ["type"], statuses: [204]),
        "GET /v2/entities/{id}/attrs": door(
            "属性をぜんぶ読む", "なかみを 読む", "Retrieve all attributes",
            query: ["type", "attrs", "metadata", "options"]),
        "POST /v2/entities/{id}/attrs": door(
            "属性を加えるか更新する", "なかみを ふやす", "Update or append attributes",
            query: ["type", "options"], body: APIExamples.roomAttributes, statuses: [204]),
        "PATCH /v2/entities/{id}/attrs": door(
            "ある属性を更新する", "なかみを かえる", "Update existing attributes",
            query: ["type", "options"], body: APIExamples.roomAttributes, statuses: [204]),
        "PUT /v2/entities/{id}/attrs": door(
            "属性をぜんぶ置き換える", "なかみを おきかえる", "Replace all attributes",
            query: ["type", "options"], body: APIExamples.roomAttributes, statuses: [204]),
    ]

    private static let values: [String: Door] = [
        "GET /v2/entities/{id}/attrs/{name}": door(
            "属性を一つ読む", "一つ 読む", "Retrieve an attribute", query: ["type", "metadata"]),
        "PUT /v2/entities/{id}/attrs/{name}": door(
            "属性を一つ更新する", "一つ かえる", "Update an attribute", query: ["type", "options"],
            body: APIExamples.roomAttribute, statuses: [204]),
        "DELETE /v2/entities/{id}/attrs/{name}": door(
            "属性を一つ消す", "一つ けす", "Remove an attribute", query: ["type"], statuses: [204]),
        "GET /v2/entities/{id}/attrs/{name}/value": door(
            "値だけを読む", "あたいを 読む", "Retrieve a value", query: ["type"]),
        "PUT /v2/entities/{id}/attrs/{name}/value": door(
            "値だけを書く", "あたいを 書く", "Update a value", query: ["type", "options"],
            body: ["city": "人吉"], statuses: [204]),
        "GET /v2/types": door(
            "型の一覧", "しゅるいを 見る", "List types", query: ["limit", "offset", "options"]),
        "GET /v2/types/{type}": door("型を読む", "しゅるいを 読む", "Retrieve a type"),
    ]

    private static let others: [String: Door] = [
        "POST /v2/op/update": door(
            "まとめて書く", "まとめて 書く", "Batch update", query: ["options"],
            body: ["actionType": "append", "entities": [APIExamples.room]], statuses: [204]),
        "POST /v2/op/query": door(
            "長い条件でさがす", "くわしく さがす", "Batch query",
            query: ["limit", "offset", "orderBy", "options"],
            body: ["entities": [["idPattern": ".*", "type": "Room"]]]),
        "POST /v2/op/notify": door(
            "ほかのブローカーの知らせを受ける", "しらせを うける", "Take a notification",
            query: ["options"], body: ["subscriptionId": "5", "data": [APIExamples.room]]),
        "GET /v2/subscriptions": door(
            "購読の一覧", "たのんだ ものを 見る", "List subscriptions",
            query: ["limit", "offset", "options"]),
        "POST /v2/subscriptions": door(
            "知らせを申し込む", "しらせを たのむ", "Create a subscription",
            body: [
                "subject": ["entities": [["idPattern": ".*", "type": "Room"]]],
                "notification": ["http": target, "attrs": ["temperature"]],
            ], statuses: [201]),
        "GET /v2/subscriptions/{id}": door("購読を読む", "一つ 見る", "Retrieve a subscription"),
        "PATCH /v2/subscriptions/{id}": door(
            "購読を変える", "一つ かえる", "Update a subscription", body: ["status": "inactive"],
            statuses: [204]),
        "DELETE /v2/subscriptions/{id}": door(
            "購読をやめる", "やめる", "Delete a subscription", statuses: [204]),
        "GET /v2/registrations": door(
            "登録の一覧", "とうろくを 見る", "List registrations",
            query: ["limit", "offset", "options"]),
        "POST /v2/registrations": door(
            "データを持つ相手を登録する", "あいてを とうろくする", "Register a source",
            body: [
                "dataProvided": ["entities": [["idPattern": ".*", "type": "Room"]]],
                "provider": ["http": ["url": "https://example.jp/v2"]],
            ], statuses: [201]),
        "GET /v2/registrations/{id}": door("登録を読む", "一つ 見る", "Retrieve a registration"),
        "DELETE /v2/registrations/{id}": door(
            "登録を消す", "一つ けす", "Delete a registration", statuses: [204]),
    ]
}
