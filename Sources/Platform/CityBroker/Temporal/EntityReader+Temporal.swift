import CityKernel
import CityStore

/// An entity that has a past, present or not.
struct EvolutionHead {
    var key: Int64
    var entity: Entity
    var deletedAt: Timestamp?

    /// A row of `key, id, types, created_at, modified_at, deleted_at`.
    init(_ row: any Row) throws {
        key = row.integer(0)
        let types = EntityStore.split(row.text(2))
        guard let id = EntityID(row.text(1)), !types.isEmpty else {
            throw StoreError.failed(sql: "broker_entity", message: "an id or type is damaged")
        }
        entity = Entity(id: id, types: types)
        entity.createdAt = Timestamp(microseconds: row.integer(3))
        entity.modifiedAt = Timestamp(microseconds: row.integer(4))
        deletedAt = row.optionalInteger(5).map(Timestamp.init(microseconds:))
    }

    static let list = "key, id, types, created_at, modified_at, deleted_at"
}

extension EntityReader {
    /// Also of deleted entities.
    func evolutionHead(_ id: EntityID) throws -> EvolutionHead? {
        try connection.first(
            "SELECT \(EvolutionHead.list) FROM broker_entity WHERE id = $1", [.text(id.text)]
        ) { try EvolutionHead($0) }
    }

    /// The series that a query means.
    func series(of head: EvolutionHead, _ query: TemporalQuery) throws -> [AttributeKey] {
        let wanted = Set(query.attributes)
        return try HistoryStore.listSeries(of: head.key, in: connection).filter { key in
            let name = try names.name(of: key.name)
            guard name != BrokerTransaction.scopeName, wanted.isEmpty || wanted.contains(name),
                !query.omitted.contains(name)
            else { return false }
            guard let datasets = query.datasets else { return true }
            return datasets.contains(
                key.dataset == NameStore.none ? nil : try names.name(of: key.dataset))
        }
    }

    /// What a query asks of one entity.
    func temporal(
        _ head: EvolutionHead, _ query: TemporalQuery, spans: [ClosedRange<Int64>],
        _ cut: inout TemporalCut
    ) throws -> TemporalEntity {
        var answer = TemporalEntity(entity: head.entity, deletedAt: head.deletedAt)
        answer.scopes = try scopeInstances(of: head, query)
        for key in try series(of: head, query) {
            let series =
                try query.aggregation.map { try aggregated(key, query, $0, spans) }
                ?? instances(key, query, spans, &cut)
            if let series { answer.series.append(series) }
        }
        return answer
    }

    private func instances(
        _ key: AttributeKey, _ query: TemporalQuery, _ spans: [ClosedRange<Int64>],
        _ cut: inout TemporalCut
    ) throws -> TemporalEntity.Series? {
        let dataset = try dataset(of: key)
        var found: [TemporalEntity.Instance] = []
        let reader = SeriesReader(key: key, query: query, connection: connection, spans: spans)
        var isPresent = false
        try reader.visitAll { instance, time in
            isPresent = true
            // What follows is later still.
            guard cut.mayHold(time) else { return false }
            cut.add(time)
            found.append(
                try Self.instance(instance, InstanceName(key, instance.place), dataset, time))
            return true
        }
        guard isPresent else { return nil }
        return TemporalEntity.Series(
            name: try names.name(of: key.name), datasetID: dataset,
            kind: found.last?.attribute.kind ?? .property, instances: found)
    }

    private func aggregated(
        _ key: AttributeKey, _ query: TemporalQuery, _ aggregation: TemporalAggregation,
        _ spans: [ClosedRange<Int64>]
    ) throws -> TemporalEntity.Series? {
        let periods = try SeriesAggregator(
            key: key, query: query, aggregation: aggregation, connection: connection,
            spans: spans
        ).periods()
        guard !periods.isEmpty else { return nil }
        var kind = Attribute.Kind.property
        try HistoryStore.walk(
            key, .backward, in: .min ... .max, expecting: 1, through: connection
        ) { instance in
            kind = Attribute.Kind(rawValue: instance.columns.kind.magnitudeAsInteger) ?? kind
            return false
        }
        return TemporalEntity.Series(
            name: try names.name(of: key.name), datasetID: try dataset(of: key), kind: kind,
            instances: [], periods: periods)
    }

    private func dataset(of key: AttributeKey) throws -> String? {
        key.dataset == NameStore.none ? nil : try names.name(of: key.dataset)
    }

    private static func instance(
        _ told: HistoryStore.Instance, _ name: InstanceName, _ dataset: String?, _ time: Int64
    ) throws -> TemporalEntity.Instance {
        TemporalEntity.Instance(
            id: told.formerName ?? name.text,
            attribute: try told.evolutionAttribute(datasetID: dataset),
            deletedAt: told.isDeletion ? Timestamp(microseconds: told.toldAt) : nil, time: time)
    }

    // MARK: - Scopes

    /// Each change of the scopes with its time, in order; empty when there were never any.
    func scopeTimeline(of head: EvolutionHead) throws -> [HistoryStore.Instance] {
        guard let key = try scopeKey(of: head) else { return [] }
        var changes: [HistoryStore.Instance] = []
        try HistoryStore.walk(key, .forward, in: .min ... .max, through: connection) {
            changes.append($0)
            guard changes.count < TemporalQuery.scannedMax else { throw SeriesReader.tooMuch }
            return true
        }
        return changes
    }

    private func scopeKey(of head: EvolutionHead) throws -> AttributeKey? {
        guard let name = try names.find(BrokerTransaction.scopeName) else { return nil }
        return AttributeKey(entity: head.key, name: name, dataset: NameStore.none)
    }

    /// The changes within the asked time, and what held at its start.
    func scopeInstances(
        of head: EvolutionHead, _ query: TemporalQuery
    ) throws -> [TemporalEntity.Instance] {
        guard let key = try scopeKey(of: head) else { return [] }
        let timeline = try scopeTimeline(of: head)
        let interval = query.interval
        var shown: [TemporalEntity.Instance] = []
        for (index, change) in timeline.enumerated() {
            let time = change.time(query.property)
            let next = index + 1 < timeline.count ? timeline[index + 1].at : .max
            let holdsAtStart =
                query.property == .observedAt && !change.isDeletion
                && change.at < interval.lowerBound && next > interval.lowerBound
            guard let time, interval.contains(time) || holdsAtStart else { continue }
            shown.append(
                try Self.instance(change, InstanceName(key, change.place), nil, time))
        }
        return query.isNewestFirst
            ? Array(shown.suffix(query.lastN ?? .max).reversed()) : shown
    }
}

extension HistoryStore.Instance {
    /// The attribute; of a deletion, the kind that was deleted without a value.
    func evolutionAttribute(datasetID: String?) throws -> Attribute {
        guard isDeletion else { return try attribute(datasetID: datasetID) }
        let kind = Attribute.Kind(rawValue: columns.kind.magnitudeAsInteger) ?? .property
        var attribute = Attribute(
            kind, .null, datasetID: datasetID,
            observedAt: columns.observedAt.map(Timestamp.init(microseconds:)))
        attribute.createdAt = Timestamp(microseconds: toldAt)
        attribute.modifiedAt = Timestamp(microseconds: toldAt)
        return attribute
    }

    /// By the asked property; `nil` when it has no such time.
    func time(_ property: TemporalQuery.Property) -> Int64? {
        switch property {
        case .observedAt: at
        case .createdAt: isDeletion ? nil : toldAt
        case .modifiedAt: isDeletion ? nil : modifiedAt ?? toldAt
        case .deletedAt: isDeletion ? toldAt : nil
        }
    }
}

extension Int64 {
    fileprivate var magnitudeAsInteger: Int64 { self == .min ? .max : abs(self) }
}
