package import CityKernel
import Synchronization

/// Counts what strangers ask the city to keep for them, by address: requests for keys, keys of the
/// practice city, its emptying. In memory only.
final class AskingBook: Sendable {
    /// Of one kind, from one address.
    static let perHourMax = 5
    /// More addresses at a time: the oldest are forgotten.
    static let addressesMax = 10_000

    private struct Place: Hashable {
        var kind: String
        var address: String
    }

    private let asked = Mutex<[Place: [Timestamp]]>([:])

    /// - Returns: the seconds until one more is taken; `nil` when this one was.
    func take(_ kind: String, from address: String, at now: Timestamp) -> Int? {
        asked.withLock { asked in
            let place = Place(kind: kind, address: address)
            let recent = (asked[place] ?? []).filter { now.since($0) < .hours(1) }
            guard recent.count < Self.perHourMax else {
                let wait = Duration.hours(1).inSeconds - now.since(recent[0]).inSeconds
                return max(1, Int(wait.rounded(.up)))
            }
            if asked[place] == nil, asked.count >= Self.addressesMax { Self.forgetOldest(&asked) }
            asked[place] = recent + [now]
            return nil
        }
    }

    private static func forgetOldest(_ asked: inout [Place: [Timestamp]]) {
        let ages = asked.mapValues { $0.last?.microseconds ?? 0 }
        let oldest = ages.sorted { $0.value < $1.value }
        for (place, _) in oldest.prefix(addressesMax / 4) { asked[place] = nil }
    }
}

extension Gateway {
    /// Takes one wish of a stranger.
    /// - Parameter kind: what is wished for; each is counted by itself.
    /// - Throws: `Problem` of kind `tooManyRequests`.
    package func take(_ kind: String, from address: String) throws(Problem) {
        guard let seconds = asking.take(kind, from: address, at: clock.now) else { return }
        throw Problem(
            .tooManyRequests, title: "Too many requests from one address",
            detail: "\(AskingBook.perHourMax) an hour are taken.",
            remedy: "Ask again in \((seconds + 59) / 60) minutes.")
    }
}
