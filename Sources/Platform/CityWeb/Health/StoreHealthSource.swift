package import CityKernel
package import CityStore

/// The database: whether it takes writes, how many wait, when it last committed.
package struct StoreHealthSource: HealthSource {
    /// From here on the queue is said to be long; a refusal comes much later.
    static let waitingWritesWarning = 10_000

    private let store: any Store
    private let clock: any CityClock

    package init(store: any Store, clock: any CityClock) {
        self.store = store
        self.clock = clock
    }

    package func healthFindings() async -> [HealthFinding] {
        let health = store.health
        return [
            HealthFinding(
                "store", label: LocalizedText("記録", easy: "きろく", en: "Database"),
                state: health.state == .ok ? .ok : .failing, words: Self.words(health.state),
                value: .string(health.state.rawValue)),
            HealthFinding(
                "queue",
                label: LocalizedText("書き込みの列", easy: "まって いる かず", en: "Waiting writes"),
                state: health.waitingWrites < Self.waitingWritesWarning ? .ok : .warning,
                words: LocalizedText("\(health.waitingWrites)"),
                value: .integer(Int64(health.waitingWrites))),
            HealthFinding(
                "lastCommit",
                label: LocalizedText("最後の書き込み", easy: "さいごの きろく", en: "Last write"),
                state: .ok, words: age(of: health.lastCommitAt),
                value: health.lastCommitAt.map { .string($0.iso8601) } ?? .null),
        ]
    }

    private static func words(_ state: StoreHealth.State) -> LocalizedText {
        switch state {
        case .ok: LocalizedText("書ける", easy: "うごいて います", en: "takes writes")
        case .storageFull: LocalizedText("場所がない", easy: "いっぱいです", en: "storage is full")
        case .unavailable: LocalizedText("つながらない", easy: "つながりません", en: "unreachable")
        case .closed: LocalizedText("閉じている", easy: "とじて います", en: "closed")
        }
    }

    private func age(of instant: Timestamp?) -> LocalizedText {
        guard let instant else {
            return LocalizedText("まだない", easy: "まだ ありません", en: "none yet")
        }
        let now = clock.now
        return LocalizedText(
            instant.spokenAge(in: .japanese, at: now),
            easy: instant.spokenAge(in: .easyJapanese, at: now),
            en: instant.spokenAge(in: .english, at: now))
    }
}
