import CityKernel

extension Texts {
    /// Words of the frame, of refusals and of the common components.
    static let ofCityWeb: Texts = [
        "drill": LocalizedText("訓練", easy: "くんれん", en: "DRILL"),
        "drillBand": LocalizedText(
            "これは訓練です。ほんとうの災害ではありません。",
            easy: "これは くんれん(れんしゅう)です。ほんとうの さいがいでは ありません。",
            en: "This is a drill. No real disaster is happening."),
        "staleBand": LocalizedText(
            "{minutes}分前の情報です。新しい値はまだ届いていません。",
            easy: "{minutes}ぷん前の じょうほうです。新しい すうじは まだ きていません。",
            en: "This information is {minutes} minutes old. No newer value has arrived."),
        "drillRepeated": LocalizedText(
            "訓練 訓練 訓練", easy: "くんれん くんれん くんれん", en: "DRILL DRILL DRILL"),
        "offlineBand": LocalizedText(
            "{minutes}分前の情報です。いまインターネットにつながっていません。",
            easy: "{minutes}ぷん前の じょうほうです。いま インターネットに つながって いません。",
            en: "This information is {minutes} minutes old. You are offline."),
        "skipToMain": LocalizedText("本文へ", easy: "本文へ", en: "Skip to main text"),
        "languageLabel": LocalizedText("言語", easy: "ことば", en: "Language"),
        "mainPages": LocalizedText("おもなページ", easy: "おもな ページ", en: "Main pages"),
        "otherPages": LocalizedText("ほかのページ", easy: "ほかの ページ", en: "Other pages"),
        "crumbs": LocalizedText("いまの場所", easy: "いまの ばしょ", en: "You are here"),
        "duties": LocalizedText("仕事", easy: "しごと", en: "Duties"),
        "signIn": LocalizedText("サインインする", easy: "サインインする", en: "Sign in"),
        "signOut": LocalizedText("サインアウト", easy: "サインアウト", en: "Sign out"),
        "signInTitle": LocalizedText("職員のサインイン", easy: "しょくいんの サインイン", en: "Staff sign-in"),
        "signInFailed": LocalizedText(
            "サインインできませんでした", easy: "サインイン できませんでした", en: "Could not sign in"),
        "signInLogin": LocalizedText("ログインID", easy: "ログインID", en: "Login"),
        "signInPassword": LocalizedText("パスワード", easy: "パスワード", en: "Password"),
        "signInHelp": LocalizedText(
            "パスワードを忘れたときは、情報担当に電話してください。",
            easy: "パスワードを わすれた ときは、じょうほうたんとうに 電話して ください。",
            en: "If you forgot the password, phone the information desk."),
        "myTitle": LocalizedText("マイページ", easy: "わたしの ページ", en: "My page"),
        "myIntro": LocalizedText(
            "手続きや記録など、あなただけのページです。スマートフォンとマイナンバーカードで本人を確かめます。",
            easy: "あなただけの ページです。スマートフォンと マイナンバーカードで、あなただと たしかめます。",
            en:
                "Pages that are yours alone, such as procedures and records. Your phone and My Number "
                + "Card show that it is you."),
        "mySignIn": LocalizedText(
            "デジタル認証アプリで入る", easy: "デジタルにんしょうアプリで 入る",
            en: "Sign in with the Digital Authentication App"),
        "myNoNumber": LocalizedText(
            "マイナンバー(12桁の番号)は、聞くことも残すこともありません。",
            easy: "マイナンバー(12けたの ばんごう)は 聞きません。のこしません。",
            en: "Your My Number (12 digits) is never asked for nor kept."),
        "myNoNeed": LocalizedText(
            "防災の情報は、入らなくてもすべて見られます。", easy: "さいがいの じょうほうは、入らなくても ぜんぶ 見られます。",
            en: "All disaster information is open without signing in."),
        "myCounter": LocalizedText(
            "スマートフォンがない方は、市役所の窓口で同じことができます。",
            easy: "スマートフォンが ない 人は、市やくしょの まどぐちで 同じ ことが できます。",
            en: "Without a smartphone, the counter of the city hall does the same for you."),
        "myKnown": LocalizedText(
            "ご本人だと確かめました。市は名前も住所もここに残していません。",
            easy: "あなただと わかりました。名前も じゅうしょも ここに のこして いません。",
            en: "It is you. The city keeps neither name nor address here."),
        "mySessions": LocalizedText(
            "入っている端末", easy: "いま 入って いる きかい", en: "Where you are signed in"),
        "staffPassword": LocalizedText("パスワードを変える", easy: "パスワードを かえる", en: "Change the password"),
        "myThis": LocalizedText("この端末", easy: "この きかい", en: "this one"),
        "mySince": LocalizedText("入った時刻", easy: "入った 時間", en: "since"),
        "mySeen": LocalizedText("最後に使った", easy: "さいごに つかった", en: "last used"),
        "myEnd": LocalizedText("切る", easy: "きる", en: "Sign it out"),
        "myDeviceUnknown": LocalizedText("ほかの端末", easy: "ほかの きかい", en: "Another device"),
        "myLeave": LocalizedText("登録をやめる", easy: "とうろくを やめる", en: "Leave"),
        "myLeaveMeans": LocalizedText(
            "すべての端末で終わり、市はあなたを前と同じ人だとわからなくなります。元に戻せません。",
            easy: "ぜんぶの きかいで おわります。市は あなたが 前と 同じ 人だと わからなく なります。もとに もどせません。",
            en:
                "You are signed out everywhere, and the city no longer knows you as the same person. "
                + "This cannot be undone."),
        "myLeaveDo": LocalizedText("やめる", easy: "やめる", en: "Leave"),
        "myStay": LocalizedText("やめない", easy: "やめない", en: "Stay"),
        "mySignInUnavailable": LocalizedText(
            "認証アプリの側とつながりません。少し待って、もう一度ためしてください。",
            easy: "にんしょうアプリに つながりません。少し まって、もう一度 ためして ください。",
            en: "The authentication service cannot be reached. Wait a little and try again."),
        "mySignInCancelled": LocalizedText(
            "途中でやめました。何も変わっていません。", easy: "と中で やめました。何も かわって いません。",
            en: "You stopped on the way. Nothing changed."),
        "mySignInOld": LocalizedText(
            "この入り方はもう使えません。時間がたったか、ほかの画面で始めたものです。もう一度始めてください。",
            easy: "時間が たったか、ほかの がめんで はじめた ものです。もう一度 はじめて ください。",
            en: "This sign-in is no longer good: it is too old or was begun elsewhere. Begin again."
        ),
        "mySignInInvalid": LocalizedText(
            "本人だと確かめられませんでした。もう一度ためし、続くときは市役所に知らせてください。",
            easy: "あなただと たしかめられませんでした。もう一度 ためして ください。つづく ときは 市やくしょに 知らせて ください。",
            en: "It could not be confirmed that it is you. Try again; if it goes on, tell the city."
        ),
        "passwordTitle": LocalizedText(
            "パスワードを変える", easy: "パスワードを かえる", en: "Change the password"),
        "passwordFailed": LocalizedText(
            "変えられませんでした", easy: "かえられませんでした", en: "It was not changed"),
        "passwordCurrent": LocalizedText(
            "いまのパスワード", easy: "いまの パスワード", en: "Current password"),
        "passwordNew": LocalizedText("新しいパスワード", easy: "新しい パスワード", en: "New password"),
        "passwordRule": LocalizedText(
            "{count}文字以上。ほかで使っていないもの。", easy: "{count}もじ より ながく。",
            en: "At least {count} characters, used nowhere else."),
        "passwordChange": LocalizedText("変える", easy: "かえる", en: "Change"),
        "healthTitle": LocalizedText("動いているか", easy: "うごいて いますか", en: "Service state"),
        "health-ok": LocalizedText("正常", easy: "だいじょうぶ", en: "fine"),
        "health-warning": LocalizedText("注意", easy: "ちゅうい", en: "look"),
        "health-failing": LocalizedText("故障", easy: "こしょう", en: "failing"),
        "healthSummary-ok": LocalizedText(
            "すべて動いています。", easy: "ぜんぶ うごいて います。", en: "Everything works."),
        "healthSummary-warning": LocalizedText(
            "動いていますが、見てほしい所があります。", easy: "うごいて います。見て ほしい ところが あります。",
            en: "It works, and something wants a look."),
        "healthSummary-failing": LocalizedText(
            "動いていない所があります。古い情報が出ることがあります。",
            easy: "うごいて いない ところが あります。ふるい じょうほうが 出るかも しれません。",
            en: "Something does not work. Pages may show old information."),
        "accessTitle": LocalizedText(
            "アクセシビリティ", easy: "だれでも つかえるように", en: "Accessibility"),
        "accessLead": LocalizedText(
            "だれもが、どの機械でも、急ぐ夜でも読めるページをめざします(JIS X 8341-3:2016 適合レベルAA)。",
            easy: "だれでも 読める ページを 作ります。",
            en: "Pages that everyone can read, on any machine, in a hurry at night (WCAG level AA)."
        ),
        "accessKeyboard": LocalizedText(
            "キーボードと読み上げだけで使えます。", easy: "キーボードだけで つかえます。",
            en: "Usable with a keyboard or a screen reader alone."),
        "accessWords": LocalizedText(
            "色だけで伝えません。形と言葉がいつも一緒です。", easy: "いろだけで つたえません。ことばも あります。",
            en: "Nothing is told by colour alone: shape and words always stand beside it."),
        "accessScript": LocalizedText(
            "JavaScript がなくても、電波が弱くても読めます。", easy: "でんぱが よわくても 読めます。",
            en: "Readable without JavaScript and on a weak signal."),
        "accessPaper": LocalizedText(
            "同じ内容を紙に印刷でき、窓口と電話でも受け付けます。",
            easy: "紙に できます。まどぐちと 電話も あります。",
            en: "Everything prints, and the counter and the phone do the same."),
        "accessTellTitle": LocalizedText(
            "使えないところを知らせる", easy: "つかえない ときは", en: "Tell us what fails"),
        "accessTell": LocalizedText(
            "読めないページや使えない操作は、市役所に電話か窓口で知らせてください。直します。",
            easy: "つかえない ときは、市やくしょに 電話して ください。なおします。",
            en: "Phone or visit the city hall about a page you cannot use. We will mend it."),
        "pagerLabel": LocalizedText("続きのページ", easy: "つづき", en: "Pages of this list"),
        "pagerWords": LocalizedText(
            "{from}〜{to}件(全{all}件)", easy: "{from}から {to}まで(ぜんぶで {all})",
            en: "{from}–{to} of {all}"),
        "pagerPrevious": LocalizedText("前へ", easy: "まえへ", en: "Previous"),
        "pagerNext": LocalizedText("次へ", easy: "つぎへ", en: "Next"),
        "refusedCredentials": LocalizedText(
            "ログインIDかパスワードが違います。もう一度入力してください。",
            easy: "ログインIDか パスワードが ちがいます。もう一ど 書いて ください。",
            en: "The login or the password is wrong. Enter them again."),
        "refusedAttempts": LocalizedText(
            "まちがいが続いたため、この端末を少し止めています。{seconds}秒後にもう一度入力してください。",
            easy: "まちがいが つづきました。{seconds}びょう まって、もう一ど 書いて ください。",
            en: "Too many wrong tries from here. Try again in {seconds} seconds."),
        "refusedBusy": LocalizedText(
            "混み合っています。数秒後にもう一度入力してください。",
            easy: "こんで います。すこし まって、もう一ど 書いて ください。",
            en: "Many people are signing in. Try again in a few seconds."),
        "required": LocalizedText("必須", easy: "かならず", en: "required"),
        "optional": LocalizedText("任意", easy: "なくても いいです", en: "optional"),
        "asTable": LocalizedText("数字を表で見る", easy: "すうじを 見る", en: "Show the numbers as a table"),
        "valueMissing": LocalizedText("欠測", easy: "すうじが ありません", en: "No reading"),
        "trendRising": LocalizedText("上がっている", easy: "ふえて います", en: "rising"),
        "trendFalling": LocalizedText("下がっている", easy: "へって います", en: "falling"),
        "trendSteady": LocalizedText("横ばい", easy: "おなじです", en: "steady"),
        "qualityMissing": LocalizedText(
            "値が届いていません。安全という意味ではありません。",
            easy: "すうじが きて いません。だいじょうぶと いう いみでは ありません。",
            en: "No value has arrived. That does not mean it is safe."),
        "qualitySuspect": LocalizedText(
            "値を確かめています。", easy: "すうじが ただしいか しらべて います。",
            en: "This value is being checked."),
        "qualityEstimated": LocalizedText(
            "まわりの値から計算した値です。", easy: "けいさんした すうじです。",
            en: "Calculated from neighbouring values."),
        "qualityManual": LocalizedText(
            "職員が目で見て入れた値です。", easy: "市の 人が 見て 入れた すうじです。",
            en: "Read by eye and entered by staff."),
        "backToHome": LocalizedText("最初のページへ", easy: "さいしょの ページへ", en: "To the first page"),
        "problemDetails": LocalizedText(
            "くわしい内容(問い合わせ用)", easy: "くわしい こと", en: "Details for support"),
        "problemNotFoundTitle": LocalizedText(
            "ページが見つかりません", easy: "ページが ありません", en: "Page not found"),
        "problemNotFoundDo": LocalizedText(
            "アドレスが古いか、まちがっています。最初のページから探してください。",
            easy: "アドレスが ちがいます。さいしょの ページから さがして ください。",
            en: "The address is old or mistyped. Start from the first page."),
        "problemSignInTitle": LocalizedText(
            "サインインが必要です", easy: "サインインして ください", en: "Please sign in"),
        "problemSignInDo": LocalizedText(
            "このページは市の職員のものです。サインインしてください。",
            easy: "この ページは 市の しょくいんだけが 見ます。",
            en: "This page is for the city's staff. Please sign in."),
        "problemForbiddenTitle": LocalizedText(
            "この操作はできません", easy: "これは できません", en: "You cannot do this"),
        "problemForbiddenDo": LocalizedText(
            "この操作の役割がありません。必要なら、担当の管理者に頼んでください。",
            easy: "あなたは これが できません。たんとうの 人に 聞いて ください。",
            en: "Your role does not allow it. Ask the person in charge if you need it."),
        "problemWaitTitle": LocalizedText(
            "少し待ってください", easy: "すこし まって ください", en: "Please wait a moment"),
        "problemWaitDo": LocalizedText(
            "短い間に何度も送られました。1分ほど待って、もう一度ためしてください。",
            easy: "1ぷん まって、もう一ど して ください。",
            en: "Too many tries in a short time. Wait a minute, then try again."),
        "problemUnavailableTitle": LocalizedText(
            "いま、使えません", easy: "いま、つかえません", en: "Not available right now"),
        "problemUnavailableDo": LocalizedText(
            "少し待って、もう一度開いてください。急ぐときは市役所に電話してください。",
            easy: "すこし まって、もう一ど ひらいて ください。いそぐ ときは 電話を して ください。",
            en: "Wait a little and open the page again. If it is urgent, phone the city hall."),
        "problemInternalTitle": LocalizedText(
            "うまくいきませんでした", easy: "できませんでした", en: "Something went wrong"),
        "problemInternalDo": LocalizedText(
            "市のプログラムの失敗です。記録しました。1分ほど待って、もう一度ためしてください。",
            easy: "市の プログラムの しっぱいです。1ぷん まって、もう一ど して ください。",
            en: "The failure is ours and has been recorded. Wait a minute and try again."),
        "problemConflictTitle": LocalizedText(
            "ほかの人が先に変えました", easy: "ほかの 人が 先に かえました", en: "Someone changed it first"),
        "problemConflictDo": LocalizedText(
            "新しい内容を開いて、もう一度直してください。あなたの変更は保存していません。",
            easy: "新しい ページを ひらいて、もう一ど して ください。",
            en: "Open the new version and change it again. Your change was not kept."),
        "problemTooLargeTitle": LocalizedText(
            "大きすぎます", easy: "大きすぎます", en: "Too large"),
        "problemTooLargeDo": LocalizedText(
            "送られたものが大きすぎます。小さくして、もう一度送ってください。",
            easy: "小さく して、もう一ど おくって ください。",
            en: "What was sent is too large. Make it smaller and send it again."),
        "problemInputTitle": LocalizedText(
            "受け取れませんでした", easy: "うけとれませんでした", en: "It could not be accepted"),
        "problemInputDo": LocalizedText(
            "送られた内容に直すところがあります。何も保存していません。",
            easy: "なおす ところが あります。まだ ほぞんして いません。",
            en: "Something in what was sent must be corrected. Nothing was kept."),
    ]
}
