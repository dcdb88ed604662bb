package import CityKernel
import CityStore
import Synchronization

/// Holds what outsiders write against a description of types, at the one door that everything passes:
/// NGSI-LD, NGSIv2, tables and devices alike. What rules derive is not asked.
package final class Inspection: Sendable {
    /// What becomes of a value that does not fit.
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        /// Nobody looks.
        case off
        /// It is stored, and counted for the staff.
        case warn
        case refuse
    }

    /// What is known of types.
    package protocol Book: Sendable {
        /// - Returns: what is wrong with the attribute; `nil` when it fits, or when nobody has described it.
        func fault(of attribute: Attribute, named name: String, type: String) -> Fault?
        /// Attributes that a new entity of the type needs to have.
        func required(of type: String) -> [String]
    }

    package struct Fault: Sendable, Hashable {
        package var type: String
        package var attribute: String
        /// What is wrong; in English it follows the attribute's name: `is not a number`.
        package var message: LocalizedText
        /// What it should be and where that is described.
        package var remedy: String

        package init(type: String, attribute: String, message: LocalizedText, remedy: String) {
            self.type = type
            self.attribute = attribute
            self.message = message
            self.remedy = remedy
        }
    }

    /// Faults of one writer in one type.
    package struct Tally: Sendable, Hashable {
        package var type: String
        package var writer: String
        package var count: Int
        package var firstAt: Timestamp
        package var lastAt: Timestamp
        package var last: Fault
    }

    private struct Place: Hashable {
        var type: String
        var writer: String
    }

    /// Pairs of type and writer that are counted; further ones are not.
    package static let talliesMax = 1_000
    /// Who has sent nothing wrong for so long is forgotten.
    package static let keptSpan = Duration.days(90)

    package let mode: Mode
    private let book: any Book
    private let trusted: Set<String>
    /// Counted and not yet written down.
    private let tallies = Mutex<[Place: Tally]>([:])

    /// - Parameter trusted: sources that nobody looks at, such as the city's own files.
    package init(_ mode: Mode, _ book: any Book, trusted: Set<String> = []) {
        self.mode = mode
        self.book = book
        self.trusted = trusted
    }

    // MARK: - Writing down

    /// Hands over what was counted and begins anew.
    func take() -> [Tally] {
        tallies.withLock { tallies in
            defer { tallies = [:] }
            return Array(tallies.values)
        }
    }

    /// Puts back what could not be written.
    func giveBack(_ taken: [Tally]) {
        for tally in taken { add(tally) }
    }

    private func add(_ tally: Tally) {
        let place = Place(type: tally.type, writer: tally.writer)
        tallies.withLock { tallies in
            guard let known = tallies[place] else {
                if tallies.count < Self.talliesMax { tallies[place] = tally }
                return
            }
            var sum = known.lastAt <= tally.lastAt ? tally : known
            sum.count = known.count + tally.count
            sum.firstAt = min(known.firstAt, tally.firstAt)
            tallies[place] = sum
        }
    }

    // MARK: - Looking

    /// - Returns: whether the writer is looked at.
    func looks(at writer: String) -> Bool { mode != .off && !trusted.contains(writer) }

    func faults(of attribute: Attribute, named name: String, types: [String]) -> [Fault] {
        types.compactMap { book.fault(of: attribute, named: name, type: $0) }
    }

    func missing(from entity: Entity) -> [Fault] {
        entity.types.flatMap { type in
            book.required(of: type).filter { entity[$0] == nil }.map { name in
                Fault(
                    type: type, attribute: name, message: .isRequired,
                    remedy: "Send \(name) with the entity; /developers/types/\(type) describes it.")
            }
        }
    }

    func count(_ fault: Fault, by writer: String, at time: Timestamp) {
        add(
            Tally(
                type: fault.type, writer: writer, count: 1, firstAt: time, lastAt: time,
                last: fault))
    }
}

extension Inspection.Fault {
    /// The refusal of it.
    var problem: Problem {
        Problem(
            .badRequestData, title: "The data does not fit the description of its type",
            detail: "\(attribute) of \(type) \(message.english).", remedy: remedy,
            places: [.init(place: "/" + attribute, message: message.english)])
    }
}

// MARK: - At the door

extension BrokerTransaction {
    /// - Throws: `Problem` of kind `badRequestData` where what does not fit is refused.
    func inspect(_ fact: Fact, types: [String]) throws {
        guard let inspection = broker.inspection, isInspected(by: inspection) else { return }
        let faults = inspection.faults(of: fact.attribute, named: fact.name, types: types)
        try judge(faults, inspection)
    }

    /// - Throws: `Problem` of kind `badRequestData`.
    func inspect(new entity: Entity) throws {
        guard let inspection = broker.inspection, isInspected(by: inspection) else { return }
        try judge(inspection.missing(from: entity), inspection)
    }

    private func isInspected(by inspection: Inspection) -> Bool {
        !isDeriving && inspection.looks(at: writer)
    }

    private func judge(_ faults: [Inspection.Fault], _ inspection: Inspection) throws {
        guard let first = faults.first else { return }
        let (writer, now) = (writer, now)
        if inspection.mode == .refuse {
            // Counted although nothing of it is stored: staff see who is turned away.
            inspection.count(first, by: writer, at: now)
            throw first.problem
        }
        transaction.afterCommit {
            for fault in faults { inspection.count(fault, by: writer, at: now) }
        }
    }
}
