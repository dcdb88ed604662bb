import CityKernel
import CityStore

extension EntityReader {
    /// Also of deleted entities, whose head then has no more than id and types.
    /// - Returns: `nil` for an entity that never was.
    func temporal(_ id: EntityID, _ query: TemporalQuery) throws -> TemporalEntity? {
        guard let record = try EntityStore.find(id, in: connection) else { return nil }
        var head = try entity(id) ?? Entity(id: id, types: record.types)
        head.attributes = []
        var answer = TemporalEntity(entity: head, series: [], isPartial: false)
        let wanted = Set(query.attributes)
        for key in try HistoryStore.listSeries(of: record.key, in: connection) {
            let name = try names.name(of: key.name)
            guard wanted.isEmpty || wanted.contains(name) else { continue }
            let found = try instances(key, query)
            if found.isPartial { answer.isPartial = true }
            guard !found.instances.isEmpty else { continue }
            if answer.series.last?.name == name {
                answer.series[answer.series.count - 1].instances += found.instances
            } else {
                answer.series.append(.init(name: name, instances: found.instances))
            }
        }
        return answer
    }

    private func instances(
        _ key: AttributeKey, _ query: TemporalQuery
    ) throws -> (instances: [TemporalEntity.Instance], isPartial: Bool) {
        let dataset = key.dataset == NameStore.none ? nil : try names.name(of: key.dataset)
        let wanted = min(query.lastN ?? TemporalQuery.instancesMax, TemporalQuery.instancesMax)
        var rows = try rows(key, query, wanted)
        let isPartial = rows.count > wanted && query.lastN == nil
        rows = Array(rows.prefix(wanted))
        let instances = try rows.map { row in
            TemporalEntity.Instance(
                id: Self.instanceID(key, row),
                attribute: try row.attribute(datasetID: dataset))
        }
        return (instances, isPartial)
    }

    /// One more than wanted, to know whether there are more.
    private func rows(
        _ key: AttributeKey, _ query: TemporalQuery, _ wanted: Int
    ) throws -> [HistoryStore.Instance] {
        let all = Int64.min...Int64.max
        let interval = query.interval.map {
            $0.lowerBound.microseconds...$0.upperBound.microseconds
        }
        switch query.property {
        case .observedAt:
            let rows = try HistoryStore.listNewest(
                key, in: interval ?? all, limit: wanted + 1, through: connection)
            return interval == nil ? rows : rows.filter { $0.columns.observedAt != nil }
        case .createdAt, .modifiedAt:
            return try HistoryStore.listNewest(
                key, in: all, limit: TemporalQuery.scannedMax, through: connection
            )
            .filter { (interval ?? all).contains($0.toldAt) }
            .sorted { $0.toldAt > $1.toldAt }
        }
    }

    /// Names one telling for ever: the key of its row.
    private static func instanceID(_ key: AttributeKey, _ row: HistoryStore.Instance) -> String {
        let parts = [key.entity, key.name, key.dataset, row.at, row.toldAt]
        return "urn:ngsi-ld:Instance:" + parts.map { String($0, radix: 36) }.joined(separator: "-")
    }
}
