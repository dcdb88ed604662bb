import CityKernel
package import CityStore

/// What waits to leave the city, and what was given up.
package struct OutboxHealthSource: HealthSource {
    /// From here on deliveries are said to be late.
    static let waitingWarning = 10_000

    private let store: any Store

    package init(store: any Store) { self.store = store }

    package func healthFindings() async -> [HealthFinding] {
        guard let counts = try? await store.read({ try Outbox.counts(in: $0) }) else {
            return []  // the database's own finding says why
        }
        let isLate = counts.waiting >= Self.waitingWarning || counts.failingReceivers > 0
        return [
            HealthFinding(
                "outbox",
                label: LocalizedText("送信待ち", easy: "これから おくる もの", en: "Waiting to be sent"),
                state: isLate ? .warning : .ok,
                words: LocalizedText(
                    "\(counts.waiting)件、届かない先 \(counts.failingReceivers)",
                    easy: "\(counts.waiting)こ、とどかない ところ \(counts.failingReceivers)",
                    en: "\(counts.waiting), receivers failing: \(counts.failingReceivers)"),
                value: .integer(Int64(counts.waiting))),
            HealthFinding(
                "deadLetters",
                label: LocalizedText("届けられなかったもの", easy: "とどかなかった もの", en: "Dead letters"),
                state: counts.dead == 0 ? .ok : .warning, words: LocalizedText("\(counts.dead)"),
                value: .integer(Int64(counts.dead))),
        ]
    }
}
