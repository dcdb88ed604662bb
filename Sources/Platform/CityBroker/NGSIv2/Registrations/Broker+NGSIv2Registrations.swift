import CityStore

extension Broker {
    /// Registrations that were made by NGSIv2, in order of creation.
    /// - Parameter servicePath: only those made under it; `nil` for all.
    package func ngsiv2Registrations(
        servicePath: String?
    ) async throws -> [StoredRegistration] {
        let contexts = contexts
        let all = try await store.read { try RegistrationStore.listAll(contexts, in: $0) }
        return all.registrations.filter { stored in
            guard let ngsiv2 = stored.registration.ngsiv2 else { return false }
            return servicePath == nil || ngsiv2.servicePath ?? "/" == servicePath
        }
    }
}
