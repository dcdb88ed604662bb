import CityKernel
import CityStore

/// Rows of `broker_history`: everything that was ever told, by series and by the time it was true.
///
/// A correction keeps what it corrects; readers see, for each instant, what was told last.
enum HistoryStore {
    /// The kind of a row that says: from here on there is no value.
    static let deletionKind: Int64 = 0

    static func append(
        _ key: AttributeKey, _ columns: AttributeColumns, source: Int64, at now: Timestamp,
        in connection: any Connection
    ) throws {
        let isObserved = columns.observedAt != nil
        try connection.execute(
            """
            INSERT INTO broker_history (entity, name, dataset, at, told_at, is_observed, kind,
                number, text, json, unit, sub_attributes, source)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (entity, name, dataset, at, told_at) DO UPDATE SET
                is_observed = excluded.is_observed, kind = excluded.kind,
                number = excluded.number, text = excluded.text, json = excluded.json,
                unit = excluded.unit, sub_attributes = excluded.sub_attributes,
                source = excluded.source
            """,
            [
                .integer(key.entity), .integer(key.name), .integer(key.dataset),
                .integer(columns.observedAt ?? now.microseconds), .integer(now.microseconds),
                SQLValue(isObserved), .integer(columns.kind), SQLValue(columns.number),
                SQLValue(columns.text), SQLValue(columns.json), SQLValue(columns.unit),
                SQLValue(columns.subAttributes), .integer(source),
            ])
    }

    static func appendDeletion(
        _ key: AttributeKey, source: Int64, at now: Timestamp, in connection: any Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO broker_history (entity, name, dataset, at, told_at, is_observed, kind, source)
            VALUES ($1, $2, $3, $4, $4, 0, 0, $5)
            ON CONFLICT (entity, name, dataset, at, told_at) DO UPDATE SET
                is_observed = 0, kind = 0, number = NULL, text = NULL, json = NULL, unit = NULL,
                sub_attributes = NULL, source = excluded.source
            """,
            key.values + [.integer(now.microseconds), .integer(source)])
    }

    /// What was told last about exactly this instant.
    static func find(
        _ key: AttributeKey, observedAt: Int64, in connection: any Connection
    ) throws -> AttributeColumns? {
        try connection.first(
            """
            SELECT kind, number, text, json, unit, CASE WHEN is_observed = 1 THEN at END,
                sub_attributes
            FROM broker_history
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND at = $4
            ORDER BY told_at DESC LIMIT 1
            """, key.values + [.integer(observedAt)]
        ) { AttributeColumns($0, from: 0) }
    }

    /// One told value with its times.
    struct Instance {
        var columns: AttributeColumns
        var at: Int64
        var toldAt: Int64
    }

    /// The newest `limit` values of one series within `interval`, newest first, one an instant.
    static func listNewest(
        _ key: AttributeKey, in interval: ClosedRange<Int64>, limit: Int,
        through connection: any Connection
    ) throws -> [Instance] {
        var instances: [Instance] = []
        var last = interval.upperBound
        var isFirst = true
        // Corrections are rare, so that one turn nearly always suffices.
        while instances.count < limit, isFirst || last >= interval.lowerBound {
            isFirst = false
            let wanted = limit - instances.count
            let rows = try page(key, interval.lowerBound...last, wanted, connection)
            for row in rows where row.at != instances.last?.at { instances.append(row) }
            guard rows.count == wanted, let oldest = rows.last, oldest.at > interval.lowerBound
            else { break }
            last = oldest.at - 1
        }
        return instances.filter { $0.columns.kind != deletionKind }
    }

    private static func page(
        _ key: AttributeKey, _ interval: ClosedRange<Int64>, _ limit: Int,
        _ connection: any Connection
    ) throws -> [Instance] {
        try connection.query(
            """
            SELECT kind, number, text, json, unit, CASE WHEN is_observed = 1 THEN at END,
                sub_attributes, at, told_at
            FROM broker_history
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND at BETWEEN $4 AND $5
            ORDER BY at DESC, told_at DESC LIMIT $6
            """,
            key.values + [
                .integer(interval.lowerBound), .integer(interval.upperBound), SQLValue(limit),
            ]
        ) {
            Instance(
                columns: AttributeColumns($0, from: 0), at: $0.integer(7), toldAt: $0.integer(8))
        }
    }

    /// Which series an entity ever had.
    static func listSeries(
        of entity: Int64, in connection: any Connection
    ) throws -> [AttributeKey] {
        try connection.query(
            "SELECT DISTINCT name, dataset FROM broker_history WHERE entity = $1",
            [.integer(entity)]
        ) { AttributeKey(entity: entity, name: $0.integer(0), dataset: $0.integer(1)) }
    }
}

extension HistoryStore.Instance {
    func attribute(datasetID: String?) throws -> Attribute {
        var attribute = try columns.attribute(datasetID: datasetID)
        attribute.createdAt = Timestamp(microseconds: toldAt)
        attribute.modifiedAt = Timestamp(microseconds: toldAt)
        return attribute
    }
}
