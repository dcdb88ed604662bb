import CityBroker
import CityIdentity
import CityKernel
import CityPlatform
import CityStore
import CityWeb

/// What a person of the city's staff changes: the facts and the line of the audit commit together,
/// and hold from that moment on, without a restart.
struct StaffChange: Sendable {
    /// `set-thresholds`, `open-shelter`, …
    var action: String
    /// What it is about, as the audit names it.
    var noun: String
    /// In words, without personal data.
    var detail: String
    var facts: [Fact]
}

extension City {
    func apply(_ change: StaffChange, by session: StaffSession) async throws {
        let broker = self.broker
        let source = "staff:\(session.staff.id)"
        try await store.write { transaction in
            try broker.apply(change.facts, source: source, in: transaction)
            try Identity.record(
                AuditEntry(
                    actor: session.staff.id, action: change.action, noun: change.noun,
                    detail: change.detail),
                in: transaction)
        }
    }

    /// Earlier states that pages offer to restore; the audit has them all.
    static let earlierStatesMax = 10

    /// What the history keeps of an attribute, newest first, without its present state.
    func earlierStates(of id: EntityID, _ attribute: String) async throws -> [Attribute] {
        let now = clock.now
        let all = try await broker.history(
            of: id, attribute, in: Timestamp(microseconds: 0)...now + .days(1),
            limit: Self.earlierStatesMax + 1)
        return Array(all.dropLast().reversed())
    }
}

/// What says that the state somebody wants back is gone.
extension Problem {
    static let earlierStateIsGone = Problem(
        .conflict, title: "The earlier state is not there any more",
        detail: "Someone changed it meanwhile.", remedy: "Open the page again.")
}
