import CityKernel
import CityStore

/// Everything that was ever told, by series and by the time it was true; here the rows of
/// `broker_history`, which hold what came late, was corrected, edited or is long. The rest stands in
/// runs (`RunStore`) and beside the state (`AttributeStore.Held`); readers see all of it
/// (`SeriesLayers`).
///
/// A correction keeps what it corrects; readers see, for each instant, what was told last.
enum HistoryStore {
    /// The kind of an older row that says: from here on there is no value. Newer ones keep the kind
    /// of what was deleted, below zero.
    static let deletionKind: Int64 = 0

    /// A row of the same instant and telling is replaced, which its `modified_at` then tells.
    static func append(
        _ key: AttributeKey, _ columns: AttributeColumns, source: Int64, at now: Timestamp,
        in transaction: any Transaction
    ) throws {
        try append(
            key,
            Instance(
                columns, at: columns.observedAt ?? now.microseconds, toldAt: now.microseconds,
                source: source),
            in: transaction)
    }

    static func append(
        _ key: AttributeKey, _ telling: Instance, in transaction: any Transaction
    ) throws {
        let columns = telling.columns
        try transaction.executeLater(
            """
            INSERT INTO broker_history (entity, name, dataset, at, told_at, is_observed, kind,
                number, text, json, unit, sub_attributes, source)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (entity, name, dataset, at, told_at) DO UPDATE SET
                is_observed = excluded.is_observed, kind = excluded.kind,
                number = excluded.number, text = excluded.text, json = excluded.json,
                unit = excluded.unit, sub_attributes = excluded.sub_attributes,
                source = excluded.source, modified_at = excluded.told_at
            """,
            [
                .integer(key.entity), .integer(key.name), .integer(key.dataset),
                .integer(telling.at), .integer(telling.toldAt),
                SQLValue(columns.observedAt != nil), .integer(columns.kind),
                SQLValue(columns.number), SQLValue(columns.text), SQLValue(columns.json),
                SQLValue(columns.unit), SQLValue(columns.subAttributes), .integer(telling.source),
            ])
    }

    /// A run becomes rows; what stands in rows already counts.
    static func appendUnlessTold(
        _ key: AttributeKey, _ telling: Instance, in connection: any Connection
    ) throws {
        let columns = telling.columns
        try connection.execute(
            """
            INSERT INTO broker_history (entity, name, dataset, at, told_at, is_observed, kind,
                number, text, json, unit, sub_attributes, source)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            ON CONFLICT (entity, name, dataset, at, told_at) DO NOTHING
            """,
            key.values + [
                .integer(telling.at), .integer(telling.toldAt),
                SQLValue(columns.observedAt != nil), .integer(columns.kind),
                SQLValue(columns.number), SQLValue(columns.text), SQLValue(columns.json),
                SQLValue(columns.unit), SQLValue(columns.subAttributes), .integer(telling.source),
            ])
    }

    /// From `at` on there is no value of `kind`.
    /// - Parameter observedAt: when it ceased to be in the world, if that was said.
    static func appendDeletion(
        _ key: AttributeKey, kind: Int64, observedAt: Int64? = nil, source: Int64,
        at now: Timestamp, in connection: any Connection
    ) throws {
        try connection.execute(
            """
            INSERT INTO broker_history
                (entity, name, dataset, at, told_at, is_observed, kind, source)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (entity, name, dataset, at, told_at) DO UPDATE SET
                is_observed = excluded.is_observed, kind = excluded.kind, number = NULL,
                text = NULL, json = NULL, unit = NULL, sub_attributes = NULL,
                source = excluded.source
            """,
            key.values + [
                .integer(observedAt ?? now.microseconds), .integer(now.microseconds),
                SQLValue(observedAt != nil), .integer(-kind), .integer(source),
            ])
    }

    /// What was told last about exactly this instant.
    static func find(
        _ key: AttributeKey, observedAt: Int64, in connection: any Connection
    ) throws -> AttributeColumns? {
        var layers = SeriesLayers(
            key, .backward, in: observedAt...observedAt, expecting: 1, connection: connection)
        return try layers.next()?.columns
    }

    static let list = """
        kind, number, text, json, unit, CASE WHEN is_observed = 1 THEN at END, sub_attributes,
        at, told_at, modified_at, instance, source
        """

    /// Rows after `from` and before `to`, without these two, in the order of the walk.
    static func page(
        _ key: AttributeKey, _ direction: Direction, from: Place, to: Place, limit: Int,
        _ connection: any Connection
    ) throws -> [Instance] {
        let order =
            switch direction {
            case .forward: "at, told_at"
            case .backward: "at DESC, told_at DESC"
            }
        return try connection.query(
            """
            SELECT \(list) FROM broker_history
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND (at, told_at) > ($4, $5)
                AND (at, told_at) < ($6, $7)
            ORDER BY \(order) LIMIT $8
            """, key.values + from.values + to.values + [SQLValue(limit)], Instance.init)
    }

    /// One told value with its times.
    struct Instance: Sendable, Hashable {
        var columns: AttributeColumns
        var at: Int64
        var toldAt: Int64
        var modifiedAt: Int64?
        /// The name it had before its time was changed.
        var formerName: String?
        /// The number of the name of who told it.
        var source: Int64

        var isDeletion: Bool { columns.kind <= HistoryStore.deletionKind }

        init(_ columns: AttributeColumns, at: Int64, toldAt: Int64, source: Int64) {
            self.columns = columns
            self.at = at
            self.toldAt = toldAt
            self.source = source
        }

        /// A row of `HistoryStore.list`.
        init(_ row: any Row) {
            columns = AttributeColumns(row, from: 0)
            at = row.integer(7)
            toldAt = row.integer(8)
            modifiedAt = row.optionalInteger(9)
            formerName = row.optionalText(10)
            source = row.integer(11)
        }
    }

    /// The name number of who told the newest instance of a series, and when.
    static func findNewestWriter(
        _ key: AttributeKey, in connection: any Connection
    ) throws -> (source: Int64, toldAt: Int64)? {
        var layers = SeriesLayers(
            key, .backward, in: .min ... .max, expecting: 1, connection: connection)
        return try layers.next().map { ($0.source, $0.toldAt) }
    }

    /// The series that an entity ever had, found by one jump each, however long they are.
    static func listSeries(
        of entity: Int64, in connection: any Connection
    ) throws -> [AttributeKey] {
        var keys = Set(try AttributeStore.listHeld(of: entity, in: connection))
        for next in [nextSeries, RunStore.nextSeries] {
            var last = AttributeKey(entity: entity, name: .min, dataset: .min)
            while let key = try next(last, connection) {
                keys.insert(key)
                last = key
            }
        }
        return keys.sorted { ($0.name, $0.dataset) < ($1.name, $1.dataset) }
    }

    private static func nextSeries(
        after last: AttributeKey, in connection: any Connection
    ) throws -> AttributeKey? {
        try connection.first(
            """
            SELECT name, dataset FROM broker_history
            WHERE entity = $1 AND (name, dataset) > ($2, $3)
            ORDER BY name, dataset LIMIT 1
            """, last.values
        ) { AttributeKey(entity: last.entity, name: $0.integer(0), dataset: $0.integer(1)) }
    }
}

// MARK: - Single instances

extension HistoryStore {
    /// Which row of a series.
    struct Place: Hashable {
        var at: Int64
        var toldAt: Int64
    }

    static func find(
        _ key: AttributeKey, _ place: Place, in connection: any Connection
    ) throws -> Instance? {
        try connection.first(
            """
            SELECT \(list) FROM broker_history
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND at = $4 AND told_at = $5
                AND instance IS NULL
            """, key.values + place.values
        ) { Instance($0) }
    }

    /// An instance whose time was changed after it got its name.
    static func find(
        _ key: AttributeKey, formerName: String, in connection: any Connection
    ) throws -> Instance? {
        try connection.first(
            """
            SELECT \(list) FROM broker_history
            WHERE instance = $4 AND entity = $1 AND name = $2 AND dataset = $3
            """, key.values + [.text(formerName)]
        ) { Instance($0) }
    }

    static func replace(
        _ key: AttributeKey, _ place: Place, with columns: AttributeColumns, name: String?,
        at now: Timestamp, in connection: any Connection
    ) throws {
        let at = columns.observedAt ?? place.at
        try connection.execute(
            """
            UPDATE broker_history SET at = $6, is_observed = $7, kind = $8, number = $9,
                text = $10, json = $11, unit = $12, sub_attributes = $13, modified_at = $14,
                instance = $15
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND at = $4 AND told_at = $5
            """,
            key.values + place.values + [
                .integer(at), SQLValue(columns.observedAt != nil), .integer(columns.kind),
                SQLValue(columns.number), SQLValue(columns.text), SQLValue(columns.json),
                SQLValue(columns.unit), SQLValue(columns.subAttributes),
                .integer(now.microseconds), SQLValue(name),
            ])
    }

    static func delete(
        _ key: AttributeKey, _ place: Place, in connection: any Connection
    ) throws {
        try connection.execute(
            """
            DELETE FROM broker_history
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND at = $4 AND told_at = $5
            """, key.values + place.values)
    }

    static func delete(_ key: AttributeKey, in connection: any Connection) throws {
        try connection.execute(
            "DELETE FROM broker_history WHERE entity = $1 AND name = $2 AND dataset = $3",
            key.values)
    }

    /// The time of the row before which `count` rows lie, of those before `limit`.
    static func time(
        after count: Int, of key: AttributeKey, before limit: Int64, in connection: any Connection
    ) throws -> Int64? {
        try connection.first(
            """
            SELECT at FROM broker_history
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND at < $4
            ORDER BY at LIMIT 1 OFFSET $5
            """, key.values + [.integer(limit), SQLValue(count)]
        ) { $0.integer(0) }
    }

    /// - Returns: how many rows.
    static func delete(
        _ key: AttributeKey, before limit: Int64, in connection: any Connection
    ) throws -> Int {
        try connection.execute(
            """
            DELETE FROM broker_history
            WHERE entity = $1 AND name = $2 AND dataset = $3 AND at < $4
            """, key.values + [.integer(limit)])
    }
}

extension HistoryStore.Place {
    var values: [SQLValue] { [.integer(at), .integer(toldAt)] }
}

extension HistoryStore.Instance {
    var place: HistoryStore.Place { HistoryStore.Place(at: at, toldAt: toldAt) }

    func attribute(datasetID: String?) throws -> Attribute {
        var attribute = try columns.attribute(datasetID: datasetID)
        attribute.createdAt = Timestamp(microseconds: toldAt)
        attribute.modifiedAt = Timestamp(microseconds: modifiedAt ?? toldAt)
        return attribute
    }
}
