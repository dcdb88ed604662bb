import CityKernel
import CityStore

extension EntityReader {
    /// The newest `limit` default instances, oldest first; of deleted entities too.
    func history(
        of id: EntityID, _ attribute: String, datasetID: String? = nil,
        in interval: ClosedRange<Timestamp>, limit: Int
    ) throws -> [Attribute] {
        guard let record = try EntityStore.find(id, in: connection),
            let name = try names.find(attribute)
        else { return [] }
        var dataset = NameStore.none
        if let datasetID {
            guard let number = try names.find(datasetID) else { return [] }
            dataset = number
        }
        let key = AttributeKey(entity: record.key, name: name, dataset: dataset)
        let span = interval.lowerBound.microseconds...interval.upperBound.microseconds
        return try HistoryStore.listNewest(key, in: span, limit: limit, through: connection)
            .reversed().map { try $0.attribute(datasetID: datasetID) }
    }
}
