import CityStore

/// Entities that may have a past, in order of id: those of the asked types, and the deleted ones,
/// whose types are looked at one by one.
struct TemporalWalk {
    let types: [String]
    var isLastFirst = false

    /// No id comes after it.
    private static let end = "\u{10FFFF}"

    /// - Parameter last: the id after which to go on; `nil` begins.
    func heads(
        after last: String?, limit: Int, _ reader: EntityReader
    ) throws -> (heads: [EvolutionHead], next: String?) {
        let last = last ?? (isLastFirst ? Self.end : "")
        let candidates =
            types.isEmpty
            ? try all(after: last, limit: limit, reader.connection)
            : try byType(
                try types.compactMap { try reader.names.find($0) }, after: last, limit: limit,
                reader.connection)
        var heads: [EvolutionHead] = []
        var seen: Int64?
        for (key, _) in candidates where key != seen {
            // An entity of two of the types comes twice, one after the other.
            seen = key
            let head = try reader.connection.first(
                "SELECT \(EvolutionHead.list) FROM broker_entity WHERE key = $1",
                [.integer(key)]
            ) { try EvolutionHead($0) }
            if let head { heads.append(head) }
        }
        return (heads, candidates.count == limit ? candidates.last?.id : nil)
    }

    private var isAfter: String { isLastFirst ? "<" : ">" }
    private var order: String { isLastFirst ? "ORDER BY id DESC" : "ORDER BY id" }

    private func all(
        after last: String, limit: Int, _ connection: any Connection
    ) throws -> [(key: Int64, id: String)] {
        try connection.query(
            "SELECT key, id FROM broker_entity WHERE id \(isAfter) $1 \(order) LIMIT $2",
            [.text(last), SQLValue(limit)]
        ) { ($0.integer(0), $0.text(1)) }
    }

    private func byType(
        _ types: [Int64], after last: String, limit: Int, _ connection: any Connection
    ) throws -> [(key: Int64, id: String)] {
        let list = types.indices.map { "$\($0 + 3)" }.joined(separator: ", ")
        let typed =
            types.isEmpty
            ? ""
            : """
            SELECT entity AS key, id FROM broker_entity_type
            WHERE type IN (\(list)) AND id \(isAfter) $1
            UNION ALL
            """
        return try connection.query(
            """
            \(typed)
            SELECT key, id FROM broker_entity WHERE deleted_at IS NOT NULL AND id \(isAfter) $1
            \(order) LIMIT $2
            """, [.text(last), SQLValue(limit)] + types.map(SQLValue.integer)
        ) { ($0.integer(0), $0.text(1)) }
    }
}
