import CityKernel

/// A bucket of calls that fills evenly: empty it, and wait. Pure; whoever keeps it says the time.
struct TokenBucket: Sendable, Hashable {
    private(set) var tokens: Double
    private var filledAt: Timestamp

    init(full plan: RatePlan, at now: Timestamp) {
        tokens = Double(plan.burst)
        filledAt = now
    }

    /// Takes one call out.
    /// - Returns: `nil` when there was one, else the seconds until there is.
    mutating func take(_ plan: RatePlan, at now: Timestamp) -> Int? {
        let perSecond = Double(plan.callsPerMinute) / 60
        // A clock that steps back fills nothing.
        let passed = max(now.since(filledAt).inSeconds, 0)
        tokens = min(tokens + passed * perSecond, Double(plan.burst))
        filledAt = now
        guard tokens >= 1 else { return max(Int(((1 - tokens) / perSecond).rounded(.up)), 1) }
        tokens -= 1
        return nil
    }
}
