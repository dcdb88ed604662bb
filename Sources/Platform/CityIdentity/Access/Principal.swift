import CityKernel

/// Who asks. Without a session or a key the answer to every permission is no.
package enum Principal: Sendable, Hashable {
    case anyone
    case staff(StaffSession)
    case device(DeviceKey)
    /// 近隣の市, known by its certificate; `id` as in `city.yaml`.
    case neighbour(id: String, scope: DeviceKey.Scope)

    package var permissions: Set<Permission> {
        switch self {
        case .anyone: []
        case .staff(let session): session.staff.permissions
        case .device(let key): key.scope.permissions
        case .neighbour(_, let scope): scope.permissions
        }
    }

    package func may(_ permission: Permission) -> Bool { permissions.contains(permission) }

    /// - Throws: `IdentityError.notSignedIn` for nobody, `.forbidden` for somebody else.
    package func require(_ permission: Permission) throws(IdentityError) {
        if may(permission) { return }
        if case .anyone = self { throw .notSignedIn }
        throw .forbidden(permission)
    }

    /// As the audit names it: `staff:…`, `key:…`, `neighbour:…` or `anyone`; an id, never a person's name.
    package var actor: String {
        switch self {
        case .anyone: "anyone"
        case .staff(let session): "staff:\(session.staff.id)"
        case .device(let key): "key:\(key.id)"
        case .neighbour(let id, _): "neighbour:\(id)"
        }
    }
}
