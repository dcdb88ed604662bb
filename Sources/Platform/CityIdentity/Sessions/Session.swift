package import CityKernel

/// A browser that is signed in, whoever sits before it.
package struct Session: Sendable, Hashable {
    /// Names the session in lists; not the secret.
    package var id: Int64
    /// Of the person: staff or resident.
    package var ownerID: String
    package var createdAt: Timestamp
    package var lastSeenAt: Timestamp
    package var expiresAt: Timestamp
    /// What the browser calls itself, for the list of one's own sessions.
    package var device: String

    func isAlive(at now: Timestamp, _ limits: SessionLimits) -> Bool {
        now < expiresAt && now.since(lastSeenAt) < limits.idle
    }
}

/// How long sessions of one kind live, and how many one person may have.
package struct SessionLimits: Sendable, Hashable {
    /// A session ends after this long without a request.
    package var idle: Duration
    /// And after this long in any case.
    package var longest: Duration
    /// The oldest session of a person gives way to one more.
    package var countMax: Int

    /// One long duty.
    package static let staff = SessionLimits(
        idle: .hours(2), longest: .hours(12), countMax: 10)
    /// An afternoon with one's own matters.
    package static let resident = SessionLimits(
        idle: .hours(1), longest: .hours(12), countMax: 10)
}
