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
}

/// Typed metres as centimetres: `3.4`, `3.40`, `３．４０`. Half-written numbers are refused.
enum TypedMetres {
    static func centimetres(_ text: String) -> Int? {
        let plain = String(
            String.UnicodeScalarView(
                text.trimmingSpaces.unicodeScalars.map { scalar in
                    (0xFF01...0xFF5E).contains(scalar.value)
                        ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
                }))
        guard plain.utf8.count <= 8, let metres = Double(plain), metres.isFinite else {
            return nil
        }
        let centimetres = (metres * 100).rounded()
        guard abs(centimetres - metres * 100) < 0.001, abs(centimetres) < 1_000_000 else {
            return nil
        }
        return Int(centimetres)
    }
}
