/// Key–value pairs in their written order. Lookup is linear: objects of context data are small.
package struct JSONObject: Sendable, Hashable {
    package private(set) var members: [(key: String, value: JSONValue)]

    /// Up to here members are searched one by one; larger objects are hashed wherever every member
    /// is looked up, since a hostile object must not cost n².
    static let searchedMax = 16

    package init() { members = [] }

    /// - Precondition: no key appears twice.
    package init(_ members: [(String, JSONValue)]) {
        self.members = members.map { (key: $0.0, value: $0.1) }
    }

    package var count: Int { members.count }
    package var isEmpty: Bool { members.isEmpty }
    package var keys: [String] { members.map(\.key) }

    package subscript(key: String) -> JSONValue? {
        get { members.first { $0.key == key }?.value }
        set {
            let index = members.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append((key, value))
            case (nil, nil): break
            }
        }
    }

    mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

    /// Adds a key known to be new, without searching.
    package mutating func append(_ key: String, _ value: JSONValue) {
        members.append((key, value))
    }

    /// Equality ignores order, as JSON does.
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        guard left.count == right.count else { return false }
        // Both mostly come from the same writer, so try the same order first.
        let pairs = zip(left.members, right.members)
        if pairs.allSatisfy({ $0.key == $1.key && $0.value == $1.value }) { return true }
        if left.count <= searchedMax {
            return left.members.allSatisfy { right[$0.key] == $0.value }
        }
        let known = Dictionary(right.members.map { ($0.key, $0.value) }) { first, _ in first }
        return left.members.allSatisfy { known[$0.key] == $0.value }
    }

    package func hash(into hasher: inout Hasher) {
        var sum = 0
        for member in members {
            var inner = Hasher()
            inner.combine(member.key)
            inner.combine(member.value)
            sum &+= inner.finalize()
        }
        hasher.combine(sum)
    }
}

extension JSONObject: Sequence {
    package func makeIterator() -> IndexingIterator<[(key: String, value: JSONValue)]> {
        members.makeIterator()
    }
}
