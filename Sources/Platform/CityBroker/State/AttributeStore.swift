import CityKernel
import CityStore

/// Which instance of which attribute of which entity.
struct AttributeKey: Hashable {
    var entity: Int64
    var name: Int64
    var dataset: Int64

    var values: [SQLValue] { [.integer(entity), .integer(name), .integer(dataset)] }
}

/// Rows of `broker_attribute`, the present state.
enum AttributeStore {
    static func find(
        _ key: AttributeKey, in connection: any Connection
    ) throws -> AttributeColumns? {
        try connection.first(
            """
            SELECT \(AttributeColumns.list)
            FROM broker_attribute WHERE entity = $1 AND name = $2 AND dataset = $3
            """, key.values
        ) { AttributeColumns($0, from: 0) }
    }

    /// The state with its times and what it keeps of the history.
    static func findState(
        _ key: AttributeKey, in connection: any Connection
    ) throws -> EntityState.Instance? {
        try connection.first(
            """
            SELECT \(EntityState.Instance.list)
            FROM broker_attribute WHERE entity = $1 AND name = $2 AND dataset = $3
            """, key.values, EntityState.Instance.init)
    }

    static func findTimes(
        _ key: AttributeKey, in connection: any Connection
    ) throws -> (observedAt: Int64?, modifiedAt: Int64)? {
        try connection.first(
            """
            SELECT observed_at, modified_at FROM broker_attribute
            WHERE entity = $1 AND name = $2 AND dataset = $3
            """, key.values
        ) { ($0.optionalInteger(0), $0.integer(1)) }
    }

    /// The instance with its times.
    static func findInstance(
        _ key: AttributeKey, datasetID: String?, in connection: any Connection
    ) throws -> Attribute? {
        let found = try connection.first(
            """
            SELECT created_at, modified_at, \(AttributeColumns.list)
            FROM broker_attribute WHERE entity = $1 AND name = $2 AND dataset = $3
            """, key.values
        ) { ($0.integer(0), $0.integer(1), AttributeColumns($0, from: 2)) }
        guard let (createdAt, modifiedAt, columns) = found else { return nil }
        var attribute = try columns.attribute(datasetID: datasetID)
        attribute.createdAt = Timestamp(microseconds: createdAt)
        attribute.modifiedAt = Timestamp(microseconds: modifiedAt)
        return attribute
    }

    static func replace(
        _ key: AttributeKey, with columns: AttributeColumns, _ told: Told = Told(),
        at now: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.executeLater(
            """
            UPDATE broker_attribute SET kind = $4, number = $5, text = $6, json = $7, unit = $8,
                observed_at = $9, sub_attributes = $10, modified_at = $11, source = $12, tail = $13
            WHERE entity = $1 AND name = $2 AND dataset = $3
            """, values(key, columns, told, now))
    }

    static func insert(
        _ key: AttributeKey, _ columns: AttributeColumns, _ told: Told = Told(),
        at now: Timestamp, in transaction: any Transaction
    ) throws {
        try transaction.executeLater(
            """
            INSERT INTO broker_attribute (entity, name, dataset, kind, number, text, json, unit,
                observed_at, sub_attributes, created_at, modified_at, source, tail)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12, $13)
            """, values(key, columns, told, now))
    }

    /// - Returns: the kind of what was there; `nil` when there was nothing.
    static func delete(_ key: AttributeKey, in connection: any Connection) throws -> Int64? {
        try connection.first(
            """
            DELETE FROM broker_attribute WHERE entity = $1 AND name = $2 AND dataset = $3
            RETURNING kind
            """, key.values
        ) { $0.integer(0) }
    }

    static func listKeys(
        of entity: Int64, in connection: any Connection
    ) throws -> [AttributeKey] {
        try connection.query(
            "SELECT name, dataset FROM broker_attribute WHERE entity = $1", [.integer(entity)]
        ) { AttributeKey(entity: entity, name: $0.integer(0), dataset: $0.integer(1)) }
    }

    private static func values(
        _ key: AttributeKey, _ columns: AttributeColumns, _ told: Told, _ now: Timestamp
    ) -> [SQLValue] {
        [
            .integer(key.entity), .integer(key.name), .integer(key.dataset),
            .integer(columns.kind), SQLValue(columns.number), SQLValue(columns.text),
            SQLValue(columns.json), SQLValue(columns.unit), SQLValue(columns.observedAt),
            SQLValue(columns.subAttributes), .integer(now.microseconds), .integer(told.source),
            told.tail.isEmpty ? .null : .blob(told.tail.bytes),
        ]
    }
}

// MARK: - What the state keeps of the history

extension AttributeStore {
    /// Which part of its series stands in the row of a state.
    struct Told: Sendable, Hashable {
        /// The number of the name of who told the state; 0 when that telling stands in the history.
        var source: Int64 = 0
        /// Tellings before it that fill no run yet; empty when `source` is 0.
        var tail = TellingPack()
    }

    /// The newest part of a series, which stands in no row of the history.
    struct Held {
        var telling: HistoryStore.Instance
        var tail: TellingPack
    }

    /// - Returns: `nil` when the whole series stands in the history.
    static func findHeld(_ key: AttributeKey, in connection: any Connection) throws -> Held? {
        try connection.first(
            """
            SELECT \(AttributeColumns.list), modified_at, source, tail FROM broker_attribute
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND source <> 0
            """, key.values
        ) { row in
            let columns = AttributeColumns(row, from: 0)
            let toldAt = row.integer(7)
            return Held(
                telling: HistoryStore.Instance(
                    columns, at: columns.observedAt ?? toldAt, toldAt: toldAt,
                    source: row.integer(8)),
                tail: row.pack(9))
        }
    }

    /// Series of an entity that have something beside their state.
    static func listHeld(
        of entity: Int64, in connection: any Connection
    ) throws -> [AttributeKey] {
        try connection.query(
            "SELECT name, dataset FROM broker_attribute WHERE entity = $1 AND source <> 0",
            [.integer(entity)]
        ) { AttributeKey(entity: entity, name: $0.integer(0), dataset: $0.integer(1)) }
    }

    /// From now on the history says it all.
    static func release(_ key: AttributeKey, in connection: any Connection) throws {
        try connection.execute(
            """
            UPDATE broker_attribute SET source = 0, tail = NULL
            WHERE entity = $1 AND name = $2 AND dataset = $3
            """, key.values)
    }
}

extension Row {
    func pack(_ column: Int) -> TellingPack {
        isNull(column) ? TellingPack() : TellingPack(stored: blob(column))
    }
}
