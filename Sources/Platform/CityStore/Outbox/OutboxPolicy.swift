import CityKernel

/// How patiently messages are delivered.
package struct OutboxPolicy: Sendable {
    /// Receivers served at the same time; a slow one holds one of these places …
    package var receiversMax = 512
    /// … and of those whose last attempt failed, so many are tried at the same time.
    package var doubtfulMax = 64
    /// Messages fetched at once for one receiver.
    package var batchMax = 64
    /// Bytes of payload fetched at once for one receiver; a larger message travels alone.
    package var batchBytesMax = 4 << 20
    /// Receivers known to have work; the others wait in the database.
    package var lanesMax = 100_000
    /// A message is given up after this many attempts …
    package var attemptsMax = 20
    /// … or at this age, counted from when it was due.
    package var ageMax = Duration.hours(24)
    /// The wait after the first failure; it doubles with each further one …
    package var backoffFirst = Duration.seconds(1)
    /// … up to this. The wait really taken is between half of it and all of it.
    package var backoffMax = Duration.minutes(5)
    /// One delivery may take this long.
    package var deliverySpanMax = Duration.seconds(30)
    /// When a process dies, its receivers are taken over after this span.
    package var leaseSpan = Duration.seconds(90)
    /// How often to look at the database even if nobody calls.
    package var pollSpan = Duration.seconds(30)

    /// What became of deliveries gathers so long before it is written down together. What a process
    /// that dies has not written down is delivered once more.
    package var gatherSpan = Duration.zero

    package init() {}

    /// - Parameter jitter: 0...1, from the injected source of chance.
    func backoff(afterFailures failures: Int, jitter: Double) -> Duration {
        let doublings = min(max(failures - 1, 0), 30)
        let full = min(backoffFirst * (1 << doublings), backoffMax)
        return .microseconds(Int64(Double(full.microseconds) * (0.5 + jitter / 2)))
    }

    func isExhausted(_ message: QueuedMessage, attempts: Int, at now: Timestamp) -> Bool {
        attempts >= attemptsMax || now.since(message.queuedAt) >= ageMax
    }
}
