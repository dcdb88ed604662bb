package import CityKernel

/// Why identity says no. Cases carry no login, name, address or secret.
package enum IdentityError: Error, Sendable, Hashable {
    /// Unknown login, wrong password or closed account: which of them is not told.
    case wrongCredentials
    /// Too many wrong attempts from here; the account itself is never locked.
    case tooManyAttempts(retryAfterSeconds: Int)
    /// Too many sign-ins are being computed at once.
    case busy
    case notSignedIn
    case forbidden(Permission)
    case loginTaken
    case unknownStaff
    case unknownSession
    case unknownKey
    /// The login, name or password does not follow the rules; the reason is for the form.
    case unacceptable(field: String, reason: String)
}

extension IdentityError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .wrongCredentials:
            Problem(
                .unauthenticated, title: "ログインできません",
                detail: "ログインIDかパスワードが違います。", remedy: "もう一度入力してください。")
        case .tooManyAttempts(let seconds):
            Problem(
                .tooManyRequests, title: "しばらくお待ちください",
                detail: "まちがいが続いたため、この端末からのログインを少し止めています。",
                remedy: "\(seconds)秒後にもう一度入力してください。")
        case .busy:
            Problem(
                .unavailable, title: "混み合っています", detail: "ログインの処理が混み合っています。",
                remedy: "数秒後にもう一度入力してください。")
        case .notSignedIn:
            Problem(
                .unauthenticated, title: "ログインが必要です", detail: "この操作にはログインか鍵が必要です。",
                remedy: "ログインしてください。")
        case .forbidden:
            Problem(
                .forbidden, title: "この操作はできません", detail: "あなたの担当では、この操作はできません。",
                remedy: "担当の変更は情報担当に頼んでください。")
        case .loginTaken:
            Problem(
                .alreadyExists, title: "使われているログインIDです", detail: "このログインIDはほかの職員が使っています。",
                remedy: "別のログインIDを選んでください。")
        case .unknownStaff, .unknownSession, .unknownKey:
            Problem(.notFound, title: "見つかりません", detail: "すでに取り消されたか、ありません。")
        case .unacceptable(let field, let reason):
            Problem(
                .badRequestData, title: "入力を確かめてください", detail: reason,
                places: [.init(place: field, message: reason)])
        }
    }
}
