/// What a transaction told to the history, kept until its end: many readings of one hour then write
/// its roll-ups once. A plain list, so that a savepoint can be undone by cutting it.
struct RollUpLog {
    struct Entry {
        var key: AttributeKey
        var at: Int64
        /// `nil` for what is no number.
        var number: Double?
        /// A correction or a deletion: the hour must be made again from its rows.
        var isStale: Bool
    }

    private(set) var entries: [Entry] = []

    var isEmpty: Bool { entries.isEmpty }
    var mark: Int { entries.count }

    mutating func add(_ key: AttributeKey, at: Int64, _ number: Double?, isStale: Bool) {
        entries.append(Entry(key: key, at: at, number: number, isStale: isStale))
    }

    /// Entries since `mark` were undone with a savepoint.
    mutating func forget(after mark: Int) { entries.removeLast(entries.count - mark) }

    mutating func clear() { entries.removeAll() }
}
