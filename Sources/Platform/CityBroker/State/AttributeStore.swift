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
            SELECT kind, number, text, json, unit, observed_at, sub_attributes
            FROM broker_attribute WHERE entity = $1 AND name = $2 AND dataset = $3
            """, key.values
        ) { AttributeColumns($0, from: 0) }
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

    /// Replaces a state that was observed before `columns`, in one statement: the way of nearly every
    /// reading.
    /// - Returns: whether there was such a state.
    static func replaceOlder(
        _ key: AttributeKey, with columns: AttributeColumns, at now: Timestamp,
        in connection: any Connection
    ) throws -> Bool {
        try connection.execute(
            """
            UPDATE broker_attribute SET kind = $4, number = $5, text = $6, json = $7, unit = $8,
                observed_at = $9, sub_attributes = $10, modified_at = $11
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND observed_at < $9
            """, values(key, columns, now)) == 1
    }

    static func replace(
        _ key: AttributeKey, with columns: AttributeColumns, at now: Timestamp,
        in transaction: any Transaction
    ) throws {
        try transaction.executeLater(
            """
            UPDATE broker_attribute SET kind = $4, number = $5, text = $6, json = $7, unit = $8,
                observed_at = $9, sub_attributes = $10, modified_at = $11
            WHERE entity = $1 AND name = $2 AND dataset = $3
            """, values(key, columns, now))
    }

    static func insert(
        _ key: AttributeKey, _ columns: AttributeColumns, at now: Timestamp,
        in transaction: any Transaction
    ) throws {
        try transaction.executeLater(
            """
            INSERT INTO broker_attribute (entity, name, dataset, kind, number, text, json, unit,
                observed_at, sub_attributes, created_at, modified_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
            """, values(key, columns, now))
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
        _ key: AttributeKey, _ columns: AttributeColumns, _ now: Timestamp
    ) -> [SQLValue] {
        [
            .integer(key.entity), .integer(key.name), .integer(key.dataset),
            .integer(columns.kind), SQLValue(columns.number), SQLValue(columns.text),
            SQLValue(columns.json), SQLValue(columns.unit), SQLValue(columns.observedAt),
            SQLValue(columns.subAttributes), .integer(now.microseconds),
        ]
    }
}
