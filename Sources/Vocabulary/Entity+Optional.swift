import CityKernel

/// What a noun may leave out. Absent and null are the same: not known. A value that is there but
/// cannot be read is an error, never "not known".
extension Entity {
    func text(_ name: String) throws(NounError) -> String? {
        guard let value = stated(name) else { return nil }
        guard let text = value.string else { throw NounError(id, name, "a text is needed") }
        return text
    }

    func flag(_ name: String) throws(NounError) -> Bool? {
        guard let value = stated(name) else { return nil }
        guard let flag = value.bool else { throw NounError(id, name, "true or false is needed") }
        return flag
    }

    func integer(_ name: String) throws(NounError) -> Int? {
        guard let value = stated(name) else { return nil }
        guard let number = value.integer else {
            throw NounError(id, name, "a whole number is needed")
        }
        return Int(number)
    }

    func time(_ name: String) throws(NounError) -> Timestamp? {
        guard let text = try text(name) else { return nil }
        guard let time = Timestamp(iso8601: text) else {
            throw NounError(id, name, "an ISO 8601 date and time is needed")
        }
        return time
    }

    func requireTime(_ name: String) throws(NounError) -> Timestamp {
        guard let time = try time(name) else {
            throw NounError(id, name, "an ISO 8601 date and time is needed")
        }
        return time
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of _: Choice.Type
    ) throws(NounError) -> Choice? where Choice.RawValue == String {
        guard let text = try text(name) else { return nil }
        return try choice(text, name)
    }

    func requireChoice<Choice: RawRepresentable & CaseIterable>(
        _ name: String, of _: Choice.Type
    ) throws(NounError) -> Choice where Choice.RawValue == String {
        try choice(try requireString(name), name)
    }

    /// A list of words, each one of the choices; empty when absent.
    func choices<Choice: RawRepresentable & CaseIterable & Hashable>(
        _ name: String, of _: Choice.Type
    ) throws(NounError) -> Set<Choice> where Choice.RawValue == String {
        guard let value = stated(name) else { return [] }
        // A list of one may be told as the one.
        guard let list = value.array ?? value.string.map({ [.string($0)] }) else {
            throw NounError(id, name, "a list is needed")
        }
        var choices: Set<Choice> = []
        for element in list {
            guard let text = element.string else {
                throw NounError(id, name, "a list of texts is needed")
            }
            choices.insert(try choice(text, name))
        }
        return choices
    }

    func requireID(_ name: String) throws(NounError) -> EntityID {
        guard let target = EntityID(try requireString(name)) else {
            throw NounError(id, name, "a URI is needed")
        }
        return target
    }

    private func stated(_ name: String) -> JSONValue? {
        guard let value = self[name]?.value, !value.isNull else { return nil }
        return value
    }

    private func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String, _ name: String
    ) throws(NounError) -> Choice where Choice.RawValue == String {
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw NounError(id, name, "it must be one of \(words)")
        }
        return choice
    }
}
