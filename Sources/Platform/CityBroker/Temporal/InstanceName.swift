import CityKernel

/// The `instanceId` of one telling: the key of its row, which names it for ever.
struct InstanceName: Hashable {
    private static let prefix = "urn:ngsi-ld:Instance:"
    private static let radix = 36

    var key: AttributeKey
    var place: HistoryStore.Place

    init(_ key: AttributeKey, _ place: HistoryStore.Place) {
        self.key = key
        self.place = place
    }

    /// - Returns: `nil` for a URI that this city did not make.
    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let numbers = text.dropFirst(Self.prefix.count)
            .split(separator: ".", omittingEmptySubsequences: false)
            .map { Int64($0, radix: Self.radix) }
        guard numbers.count == 5, let entity = numbers[0], let name = numbers[1],
            let dataset = numbers[2], let at = numbers[3], let toldAt = numbers[4]
        else { return nil }
        key = AttributeKey(entity: entity, name: name, dataset: dataset)
        place = HistoryStore.Place(at: at, toldAt: toldAt)
    }

    var text: String {
        let numbers = [key.entity, key.name, key.dataset, place.at, place.toldAt]
        return Self.prefix
            + numbers.map { String($0, radix: Self.radix) }.joined(separator: ".")
    }
}
