package import CityKernel
import CityStore
import Logging

// MARK: - Usage

extension Gateway {
    /// Counts an answered call of an admitted caller.
    package func count(_ admission: Admission, took duration: Duration, hasFailed: Bool) {
        guard let consumer = admission.consumerID else { return }
        var counted = Usage()
        counted.calls = 1
        counted.failed = hasFailed ? 1 : 0
        counted.microseconds = duration.microseconds
        counted.microsecondsMax = duration.microseconds
        usage.add(
            counted,
            to: Usage.Key(
                consumerID: consumer, product: admission.product.name, day: clock.now.japanDay))
    }

    /// What a consumer used in the last `days`, with today; by product and day.
    package func listUsage(
        of consumerID: Int64, days: Int
    ) async throws -> [(key: Usage.Key, usage: Usage)] {
        await writeUsage()
        let first = clock.now.japanDay - days + 1
        return try await store.read {
            try GatewayStore.listUsage(of: consumerID, from: first, in: $0)
        }
    }

    /// Today, as usage counts days.
    package var today: Int { clock.now.japanDay }

    /// The beginning of a day of usage.
    package static func start(ofDay day: Int) -> Timestamp {
        let seconds = Int64(day) * 86_400 - Int64(CivilTime.japanOffsetSeconds)
        return Timestamp(microseconds: seconds * 1_000_000)
    }

    /// Writes what was counted since the last time; what cannot be written waits for the next.
    func writeUsage() async {
        let taken = usage.take()
        guard !taken.isEmpty else { return }
        do {
            try await store.write { transaction in
                for (key, usage) in taken {
                    try GatewayStore.addUsage(usage, to: key, in: transaction)
                }
            }
        } catch {
            usage.giveBack(taken)
            logger.warning("usage was not written", metadata: ["error": "\(error)"])
        }
    }
}
