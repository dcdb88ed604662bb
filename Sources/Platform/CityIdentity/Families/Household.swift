package import CityKernel

/// 世帯: residents who live together. The city keeps who, and neither names nor an address.
package struct Household: Sendable, Hashable {
    package static let membersMax = 20

    package var id: String
    package var memberIDs: [String]
}

/// 事業者: a shop or a company with people who speak for it. Its name is public.
package struct Organisation: Sendable, Hashable {
    package enum Role: String, Sendable, Hashable {
        /// Takes in and lets go.
        case owner
        case member
    }

    package struct Member: Sendable, Hashable {
        package var residentID: String
        package var role: Role
        package var since: Timestamp
    }

    package static let nameCharactersMax = 100
    package static let membersMax = 50

    package var id: String
    package var name: String
    package var createdAt: Timestamp
    package var members: [Member]

    package func role(of residentID: String) -> Role? {
        members.first { $0.residentID == residentID }?.role
    }
}
