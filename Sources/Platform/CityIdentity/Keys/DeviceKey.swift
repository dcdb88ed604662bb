package import CityKernel

/// 鍵: what a device or a program shows instead of signing in.
package struct DeviceKey: Sendable, Hashable {
    package enum Scope: String, Sendable, Hashable, CaseIterable {
        /// Reads context that is not public.
        case read
        /// Writes readings, and reads: gauges, cameras, gateways.
        case observe
        /// Writes any context.
        case write

        package var permissions: Set<Permission> {
            switch self {
            case .read: [.readContext]
            case .observe: [.readContext, .observeContext]
            case .write: [.readContext, .observeContext, .writeContext]
            }
        }
    }

    package var id: Int64
    package var name: String
    package var scope: Scope
    package var createdAt: Timestamp
    package var expiresAt: Timestamp
    package var revokedAt: Timestamp?
    /// To the hour: it shows which keys are unused without a write for every request.
    package var lastUsedAt: Timestamp?

    package init(
        id: Int64, name: String, scope: Scope, createdAt: Timestamp, expiresAt: Timestamp,
        revokedAt: Timestamp? = nil, lastUsedAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
        self.scope = scope
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.lastUsedAt = lastUsedAt
    }
}

/// A new key; `token` is shown once.
package struct NewDeviceKey: Sendable, Hashable {
    package var token: SecretToken
    package var key: DeviceKey
}
