import CityKernel

/// Changes as processes on one database tell them to each other:
/// `["<origin>",<microseconds>,["<id>",["<type>"],["<attribute>"],0],…]`.
enum ChangeMessage {
    /// Channel and payload together take at most 7,900 bytes.
    static let bytesMax = 7_000

    /// A change that alone is longer than a message loses its attribute names: a hint that something
    /// changed is what listeners need.
    static func write(_ changes: [Change], origin: String) -> [String] {
        guard let at = changes.first?.at else { return [] }
        let head: [JSONValue] = [.string(origin), .integer(at.microseconds)]
        var messages: [[JSONValue]] = []
        var size = Int.max
        for change in changes {
            var item = json(change, attributes: change.attributes)
            if item.bytes.count > bytesMax { item = json(change, attributes: []) }
            let bytes = item.bytes.count
            if size > bytesMax - bytes {
                messages.append(head)
                size = 0
            }
            messages[messages.count - 1].append(item)
            size += bytes + 1
        }
        return messages.map { JSONValue.array($0).text }
    }

    private static func json(_ change: Change, attributes: Set<String>) -> JSONValue {
        [
            .string(change.entityID.text), .array(change.types.map(JSONValue.string)),
            .array(attributes.sorted().map(JSONValue.string)),
            .integer(change.isDeletion ? 1 : 0),
        ]
    }

    /// - Returns: `nil` for our own messages and for what is not ours to read.
    static func read(_ text: String, ignoring origin: String) -> [Change]? {
        // An empty text says that the store may have missed some; there is nothing to hand on.
        guard let parts = (try? JSONValue(parsing: text))?.array, parts.count >= 2,
            parts[0].string != origin, let at = parts[1].integer
        else { return nil }
        return parts.dropFirst(2).compactMap { part in
            guard let id = part[0]?.string.flatMap(EntityID.init) else { return nil }
            return Change(
                sequence: 0, entityID: id, types: part[1]?.array?.compactMap(\.string) ?? [],
                attributes: Set(part[2]?.array?.compactMap(\.string) ?? []),
                isDeletion: part[3]?.integer == 1, at: Timestamp(microseconds: at))
        }
    }
}
