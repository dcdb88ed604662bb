import CityKernel
import CityStore

extension Broker {
    /// Writes down what was counted since the last time; what cannot be written waits for the next.
    /// A process that is killed loses what it counted since.
    package func writeTypeFaults() async throws {
        guard let inspection else { return }
        let taken = inspection.take()
        let horizon = now - Inspection.keptSpan
        guard !taken.isEmpty else { return }
        do {
            try await store.write { transaction in
                for tally in taken { try TypeFaultStore.add(tally, in: transaction) }
                try TypeFaultStore.forget(before: horizon, in: transaction)
            }
        } catch {
            inspection.giveBack(taken)
            throw error
        }
    }

    /// Who writes what does not fit, of every process, those with most faults first.
    package func typeFaults(limit: Int = Inspection.talliesMax) async throws -> [Inspection.Tally] {
        try await writeTypeFaults()
        return try await store.read { try TypeFaultStore.list(limit: limit, in: $0) }
    }
}
