import CityKernel

/// How long a place must wait after wrong attempts. Waiting is counted for a login from an address,
/// and for the address with any login; an account by itself is never locked, or anybody could keep
/// the staff out during a flood.
package struct AttemptPolicy: Sendable, Hashable {
    /// Wrong attempts without any wait, for one login from one address.
    package var freeForLogin = 3
    /// And for one address with any logins: a city hall sits behind one.
    package var freeForAddress = 30
    package var waitMax = Duration.seconds(60)
    /// Attempts are forgotten after this long without another.
    package var memory = Duration.minutes(15)

    package init() {}

    /// 1, 2, 4 … seconds for each attempt past the free ones, never above `waitMax`.
    package func wait(afterFailures failures: Int, free: Int) -> Duration {
        guard failures >= free, free >= 0 else { return .zero }
        let doublings = min(failures - free, 20)
        return min(.seconds(1 << doublings), waitMax)
    }
}

/// What is known of one bucket of attempts.
struct AttemptRecord: Sendable, Hashable {
    var failures: Int
    var lastAt: Timestamp
    var blockedUntil: Timestamp
}
