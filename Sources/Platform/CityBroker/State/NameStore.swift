import CityKernel
import CityStore
import Synchronization

/// Names that were committed, by number and back; shared by all connections of the process.
/// A name never changes its number, so nothing here can become wrong.
final class NameBook: Sendable {
    /// Names kept in memory; others are looked up in the database.
    static let countMax = 65_536

    private struct State {
        var numbers: [String: Int64] = [:]
        var names: [Int64: String] = [:]
    }

    private let state = Mutex(State())

    func number(of name: String) -> Int64? { state.withLock { $0.numbers[name] } }
    func name(of number: Int64) -> String? { state.withLock { $0.names[number] } }

    /// - Throws: `StoreError.failed` for a number that no committed row can hold.
    func getName(_ number: Int64) throws -> String {
        if let name = name(of: number) { return name }
        throw StoreError.failed(sql: "broker_name", message: "no name has the number \(number)")
    }

    func learn(_ number: Int64, _ name: String) {
        state.withLock { state in
            guard state.numbers.count < Self.countMax else { return }
            state.numbers[name] = number
            state.names[number] = name
        }
    }
}

/// Names as one connection sees them: attribute names, types, datasets and sources, interned.
final class NameStore {
    /// The longest name, in bytes.
    static let bytesMax = 1_024
    /// The number that stands for "no name", such as the default instance.
    static let none: Int64 = 0

    private let book: NameBook
    private let connection: any Connection
    /// A snapshot shows committed rows only, so that what it shows may be remembered at once.
    private let isSnapshot: Bool
    /// Seen in an open transaction; remembered by the book after the commit.
    private(set) var learnt: [(number: Int64, name: String)] = []

    init(_ book: NameBook, _ connection: any Connection, isSnapshot: Bool) {
        self.book = book
        self.connection = connection
        self.isSnapshot = isSnapshot
    }

    /// The number of a name that may never have been used.
    func find(_ name: String) throws -> Int64? {
        if let known = book.number(of: name) { return known }
        if let known = learnt.first(where: { $0.name == name }) { return known.number }
        let number = try connection.first(
            "SELECT id FROM broker_name WHERE name = $1", [.text(name)]
        ) { $0.integer(0) }
        if let number { remember(number, name) }
        return number
    }

    /// The number of `name`, given to it now when it is new.
    /// - Throws: `BrokerError.invalidName`.
    func intern(_ name: String) throws -> Int64 {
        if let known = try find(name) { return known }
        try Self.check(name)
        let number = try connection.first(
            "INSERT INTO broker_name (name) VALUES ($1) RETURNING id", [.text(name)]
        ) { $0.integer(0) }
        guard let number else {
            throw StoreError.failed(sql: "INSERT INTO broker_name", message: "returned no number")
        }
        remember(number, name)
        return number
    }

    func intern(_ name: String?) throws -> Int64 {
        guard let name else { return Self.none }
        return try intern(name)
    }

    func name(of number: Int64) throws -> String {
        if let known = book.name(of: number) { return known }
        if let known = learnt.first(where: { $0.number == number }) { return known.name }
        let name = try connection.first(
            "SELECT name FROM broker_name WHERE id = $1", [.integer(number)]
        ) { $0.text(0) }
        guard let name else {
            throw StoreError.failed(sql: "SELECT name FROM broker_name", message: "no such number")
        }
        remember(number, name)
        return name
    }

    var mark: Int { learnt.count }

    /// Names given since `mark` were undone with a savepoint.
    func forget(after mark: Int) { learnt.removeLast(learnt.count - mark) }

    private func remember(_ number: Int64, _ name: String) {
        if isSnapshot { book.learn(number, name) } else { learnt.append((number, name)) }
    }

    static func check(_ name: String) throws(BrokerError) {
        let isUsable =
            !name.isEmpty && name.utf8.count <= bytesMax
            && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        if !isUsable { throw .invalidName(name) }
    }
}
