package import CityKernel

/// Why a registration is refused.
package enum RegistrationError: Error, Sendable, Hashable {
    case notFound(String)
    case alreadyExists(String)
    /// Another registration owns the same attributes of the same entity.
    case ownedByAnother(String)
    /// The city itself holds what would be passed on.
    case heldByCity(EntityID)
    case tooMany(countMax: Int)
}

extension RegistrationError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .notFound(let id):
            Problem(
                .notFound, title: "The registration is not known",
                detail: "\(id) does not exist.")
        case .alreadyExists(let id):
            Problem(
                .alreadyExists, title: "The registration exists already",
                detail: "\(id) was not changed.")
        case .ownedByAnother(let id):
            Problem(
                .conflict, title: "Another registration owns these attributes",
                detail: "\(id) is exclusive for them.",
                remedy: "Register other attributes, or delete that registration first.")
        case .heldByCity(let id):
            Problem(
                .conflict, title: "The city holds this entity itself",
                detail: "\(id) exists here and would be hidden by the registration.",
                remedy: "Delete the entity or its attributes first, or register as inclusive.")
        case .tooMany(let countMax):
            Problem(
                .tooLarge, title: "Too many registrations",
                detail: "The city keeps at most \(countMax) registrations.",
                remedy: "Delete those that nobody uses.")
        }
    }
}
