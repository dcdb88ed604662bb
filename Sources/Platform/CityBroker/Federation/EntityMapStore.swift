import CityKernel
import CityStore

/// Rows of `broker_entity_map`.
enum EntityMapStore {
    static func insert(_ map: EntityMap, in transaction: any Transaction) throws {
        let now = transaction.now
        try transaction.execute(
            "DELETE FROM broker_entity_map WHERE expires_at <= $1", [.integer(now.microseconds)])
        let count =
            try transaction.first("SELECT COUNT(*) FROM broker_entity_map") { $0.int(0) } ?? 0
        guard count < EntityMap.mapsMax else { throw EntityMapError.tooManyMaps }
        try transaction.execute(
            "INSERT INTO broker_entity_map (id, expires_at, holders) VALUES ($1, $2, $3)",
            [.text(map.id), .integer(map.expiresAt.microseconds), .text(holders(of: map))])
    }

    static func update(_ map: EntityMap, in transaction: any Transaction) throws {
        try transaction.execute(
            "UPDATE broker_entity_map SET expires_at = $2, holders = $3 WHERE id = $1",
            [.text(map.id), .integer(map.expiresAt.microseconds), .text(holders(of: map))])
    }

    static func delete(_ id: String, in transaction: any Transaction) throws {
        try transaction.execute("DELETE FROM broker_entity_map WHERE id = $1", [.text(id)])
    }

    /// - Returns: `nil` when it has expired, too.
    static func find(
        _ id: String, at now: Timestamp, in connection: any Connection
    ) throws -> EntityMap? {
        try connection.first(
            "SELECT expires_at, holders FROM broker_entity_map WHERE id = $1 AND expires_at > $2",
            [.text(id), .integer(now.microseconds)]
        ) { row in
            EntityMap(
                try JSONValue(parsing: row.text(1)), id: id,
                expiresAt: Timestamp(microseconds: row.integer(0)))
        }
    }

    private static func holders(of map: EntityMap) -> String {
        (map.json["entityMap"] ?? [:]).text
    }
}
