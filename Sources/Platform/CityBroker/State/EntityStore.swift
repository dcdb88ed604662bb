import CityKernel
import CityStore

/// Rows of `broker_entity` and `broker_entity_type`.
enum EntityStore {
    /// Types and scopes hold no control character, so that a line break separates them.
    private static let separator: Character = "\n"

    static func join(_ names: [String]) -> String { names.joined(separator: String(separator)) }
    static func split(_ text: String) -> [String] {
        text.split(separator: separator).map(String.init)
    }

    static func find(_ id: EntityID, in connection: any Connection) throws -> EntityRecord? {
        try connection.first(
            "SELECT key, types, deleted_at, expires_at, is_evolution FROM broker_entity WHERE id = $1",
            [.text(id.text)]
        ) {
            EntityRecord(
                key: $0.integer(0), types: split($0.text(1)), isDeleted: !$0.isNull(2),
                expiresAt: $0.optionalInteger(3).map(Timestamp.init(microseconds:)),
                isEvolution: $0.bool(4))
        }
    }

    static func insert(
        _ id: EntityID, _ key: Int64, types: [String], scopes: [String], expiresAt: Timestamp?,
        at now: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.executeLater(
            """
            INSERT INTO broker_entity (key, id, types, scopes, created_at, modified_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $5, $6)
            """,
            [
                .integer(key), .text(id.text), .text(join(types)), scopesValue(scopes),
                .integer(now.microseconds), SQLValue(expiresAt?.microseconds),
            ])
    }

    /// The highest key that was given; 0 before the first.
    static func lastKey(in connection: any Connection) throws -> Int64 {
        try connection.first("SELECT COALESCE(MAX(key), 0) FROM broker_entity") {
            $0.integer(0)
        } ?? 0
    }

    /// A deleted entity begins again.
    static func revive(
        _ key: Int64, types: [String], scopes: [String], expiresAt: Timestamp?,
        at now: Timestamp, in connection: any Connection
    ) throws {
        try connection.execute(
            """
            UPDATE broker_entity SET types = $2, scopes = $3, created_at = $4, modified_at = $4,
                deleted_at = NULL, expires_at = $5, is_evolution = 0
            WHERE key = $1
            """,
            [
                .integer(key), .text(join(types)), scopesValue(scopes),
                .integer(now.microseconds), SQLValue(expiresAt?.microseconds),
            ])
    }

    static func setExpiry(
        _ key: Int64, _ expiresAt: Timestamp?, at now: Timestamp, in connection: any Connection
    ) throws {
        try connection.execute(
            "UPDATE broker_entity SET expires_at = $2, modified_at = $3 WHERE key = $1",
            [.integer(key), SQLValue(expiresAt?.microseconds), .integer(now.microseconds)])
    }

    static func findID(_ key: Int64, in connection: any Connection) throws -> EntityID? {
        try connection.first("SELECT id FROM broker_entity WHERE key = $1", [.integer(key)]) {
            $0.text(0)
        }.flatMap(EntityID.init)
    }

    static func update(
        _ key: Int64, types: [String], at now: Timestamp, in connection: any Connection
    ) throws {
        try connection.execute(
            "UPDATE broker_entity SET types = $2, modified_at = $3 WHERE key = $1",
            [.integer(key), .text(join(types)), .integer(now.microseconds)])
    }

    static func update(
        _ key: Int64, scopes: [String], at now: Timestamp, in connection: any Connection
    ) throws {
        try connection.execute(
            "UPDATE broker_entity SET scopes = $2, modified_at = $3 WHERE key = $1",
            [.integer(key), scopesValue(scopes), .integer(now.microseconds)])
    }

    static func setEvolution(
        _ key: Int64, _ isEvolution: Bool, in connection: any Connection
    ) throws {
        try connection.execute(
            "UPDATE broker_entity SET is_evolution = $2 WHERE key = $1",
            [.integer(key), SQLValue(isEvolution)])
    }

    static func scopes(of key: Int64, in connection: any Connection) throws -> [String] {
        let text = try connection.first(
            "SELECT scopes FROM broker_entity WHERE key = $1", [.integer(key)]
        ) { $0.optionalText(0) }
        return text.flatMap(\.self).map(split) ?? []
    }

    static func touch(_ key: Int64, at now: Timestamp, in connection: any Connection) throws {
        try connection.execute(
            "UPDATE broker_entity SET modified_at = $2 WHERE key = $1",
            [.integer(key), .integer(now.microseconds)])
    }

    static func markDeleted(
        _ key: Int64, at now: Timestamp, in connection: any Connection
    ) throws {
        try connection.execute(
            "UPDATE broker_entity SET deleted_at = $2, modified_at = $2 WHERE key = $1",
            [.integer(key), .integer(now.microseconds)])
    }

    static func addType(
        _ type: Int64, of id: EntityID, key: Int64, in transaction: any Transaction
    ) throws {
        try transaction.executeLater(
            """
            INSERT INTO broker_entity_type (type, id, entity) VALUES ($1, $2, $3)
            ON CONFLICT (type, id) DO NOTHING
            """,
            [.integer(type), .text(id.text), .integer(key)])
    }

    static func removeType(
        _ type: Int64, of id: EntityID, in connection: any Connection
    ) throws {
        try connection.execute(
            "DELETE FROM broker_entity_type WHERE type = $1 AND id = $2",
            [.integer(type), .text(id.text)])
    }

    private static func scopesValue(_ scopes: [String]) -> SQLValue {
        scopes.isEmpty ? .null : .text(join(scopes))
    }
}
