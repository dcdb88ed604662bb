package import CityIdentity
package import CityKernel

/// API製品: a versioned set of doors that a consumer subscribes to as one.
package struct APIProduct: Sendable, Hashable {
    /// `context-read`.
    package var id: String
    package var version: Int
    package var title: LocalizedText
    package var summary: LocalizedText
    /// What a key needs to use it.
    package var scope: DeviceKey.Scope
    /// Whether it may be used without a key, more slowly.
    package var isOpenToAll: Bool

    /// `context-read/v1`: as subscriptions, usage and limits call it.
    package var name: String { "\(id)/v\(version)" }
}

extension APIProduct {
    package static let contextRead = APIProduct(
        id: "context-read", version: 1,
        title: LocalizedText("街のいまを読む", easy: "街の いまを 読む", en: "Read the city"),
        summary: LocalizedText(
            "水位、段階、あかり、避難所などの現在と履歴を読みます。鍵なしでも使えます。",
            easy: "水の 高さや ひなんじょを 読みます。かぎが なくても つかえます。",
            en: "Present and past of levels, stages, lights and shelters. Works without a key, too."
        ),
        scope: .read, isOpenToAll: true)
    package static let contextWrite = APIProduct(
        id: "context-write", version: 1,
        title: LocalizedText("街のデータを書く", easy: "街の データを 書く", en: "Write to the city"),
        summary: LocalizedText(
            "エンティティを作り、直し、消します。市との取り決めが要ります。",
            easy: "データを 作ったり なおしたり します。市と 話して きめます。",
            en: "Create, change and delete entities. Needs an agreement with the city."),
        scope: .write, isOpenToAll: false)
    package static let subscriptions = APIProduct(
        id: "subscriptions", version: 1,
        title: LocalizedText("変化を知らせてもらう", easy: "かわったら しらせて もらう", en: "Be told of changes"),
        summary: LocalizedText(
            "条件に合う変化を、決めたあて先へ送ります。届くまで送り直します。",
            easy: "かわった ことを あなたの コンピューターに おくります。",
            en:
                "Changes that fit your conditions are sent to your address, again until they arrive."
        ),
        scope: .write, isOpenToAll: false)
    package static let readings = APIProduct(
        id: "readings", version: 1,
        title: LocalizedText("観測値を送る", easy: "はかった 数を おくる", en: "Send readings"),
        summary: LocalizedText(
            "水位計などの値を送ります。一件ずつの受け取り結果が返ります。",
            easy: "はかった 数を おくります。", en: "Readings of gauges; the answer tells of each one."),
        scope: .observe, isOpenToAll: false)

    /// What this program has, in the order of the portal. An older version stays listed, and its
    /// doors stay open, until its consumers have moved.
    package static let all = [contextRead, subscriptions, contextWrite, readings]

    package static func find(_ name: some StringProtocol) -> APIProduct? {
        all.first { $0.name == name }
    }

    /// The product to which a door belongs; `nil` for one that is no product's.
    /// - Parameter isRead: GET and HEAD.
    package static func of(path: String, isRead: Bool) -> APIProduct? {
        if path.hasPrefix("/ngsi-ld/v1/") {
            let rest = path.dropFirst("/ngsi-ld/v1/".count)
            if rest.hasPrefix("subscriptions") { return subscriptions }
            // Who else holds data is the business of partners, in reading too.
            if rest.hasPrefix("csource") { return contextWrite }
            // A map keeps the pages of its reader's own question.
            if rest.hasPrefix("entityMaps") { return contextRead }
            return isRead || queries.contains(String(rest)) ? contextRead : contextWrite
        }
        if path.hasPrefix("/v2/") {
            let rest = path.dropFirst("/v2/".count)
            if rest.hasPrefix("subscriptions") { return subscriptions }
            if rest.hasPrefix("registrations") { return contextWrite }
            return isRead || rest == "op/query" ? contextRead : contextWrite
        }
        return path.hasPrefix("/ingest/v1/") ? readings : nil
    }

    /// Doors that read although their method is POST: the question is too long for an address.
    private static let queries: Set<String> = [
        "entityOperations/query", "temporal/entityOperations/query",
    ]
}
