"""The mails about accounts, in the recipient's language.

No mail holds a text that somebody wrote: names could carry links of their own.
"""

from urllib.parse import quote

from pixeltrack.accounts.accounts import Account, Language
from pixeltrack.platform.mail import Mail


def confirmation(to: str, language: Language, origin: str, token: str) -> Mail:
    """Return the mail whose link confirms an address."""
    link = f"{origin}/confirm?token={quote(token)}"
    if language is Language.RUSSIAN:
        return Mail(
            to,
            "Подтвердите адрес почты",
            "Здравствуйте!\n\n"
            "Чтобы подтвердить адрес для Pixel-Track, перейдите по ссылке:\n\n"
            f"{link}\n\n"
            "Ссылка действует три дня. Если вы не регистрировались, просто удалите это письмо.\n",
        )
    return Mail(
        to,
        "Confirm your mail address",
        "Hello!\n\n"
        "To confirm your address for Pixel-Track, follow this link:\n\n"
        f"{link}\n\n"
        "It works for three days. If you did not register, simply delete this mail.\n",
    )


def password_reset(to: str, language: Language, origin: str, token: str) -> Mail:
    """Return the mail whose link leads to a new password."""
    link = f"{origin}/reset?token={quote(token)}"
    if language is Language.RUSSIAN:
        return Mail(
            to,
            "Новый пароль",
            "Здравствуйте!\n\n"
            "Чтобы задать новый пароль для Pixel-Track, перейдите по ссылке:\n\n"
            f"{link}\n\n"
            "Ссылка действует один час и только один раз. Если вы об этом не просили, "
            "удалите это письмо: пароль останется прежним.\n",
        )
    return Mail(
        to,
        "Choose a new password",
        "Hello!\n\n"
        "To choose a new password for Pixel-Track, follow this link:\n\n"
        f"{link}\n\n"
        "It works for one hour and only once. If you did not ask for it, delete this mail: "
        "your password stays as it is.\n",
    )


def invitation(to: str, language: Language, origin: str, token: str) -> Mail:
    """Return the mail that invites somebody to register."""
    link = f"{origin}/register?invitation={quote(token)}"
    if language is Language.RUSSIAN:
        return Mail(
            to,
            "Приглашение в Pixel-Track",
            "Здравствуйте!\n\n"
            "Вас приглашают в Pixel-Track. Чтобы зарегистрироваться, перейдите по ссылке:\n\n"
            f"{link}\n\n"
            "Приглашение действует семь дней и только для этого адреса.\n",
        )
    return Mail(
        to,
        "Your invitation to Pixel-Track",
        "Hello!\n\n"
        "You are invited to Pixel-Track. To register, follow this link:\n\n"
        f"{link}\n\n"
        "The invitation works for seven days, and for this address only.\n",
    )


def password_changed(to: Account, origin: str) -> Mail:
    """Return the mail that tells an owner of another password."""
    link = f"{origin}/forgot"
    if to.language is Language.RUSSIAN:
        return Mail(
            to.email,
            "Ваш пароль изменён",
            "Здравствуйте!\n\n"
            "Пароль вашего аккаунта Pixel-Track изменён, и все прежние сеансы завершены.\n\n"
            "Если это сделали не вы, задайте новый пароль:\n\n"
            f"{link}\n",
        )
    return Mail(
        to.email,
        "Your password was changed",
        "Hello!\n\n"
        "The password of your Pixel-Track account was changed, and all earlier sessions have "
        "ended.\n\n"
        "If that was not you, choose a new password:\n\n"
        f"{link}\n",
    )


def key_made(to: Account, origin: str, prefix: str) -> Mail:
    """Return the mail that tells an owner of a new API key."""
    link = f"{origin}/keys"
    if to.language is Language.RUSSIAN:
        return Mail(
            to.email,
            "Новый ключ API",
            "Здравствуйте!\n\n"
            f"В вашем аккаунте Pixel-Track создан ключ API, который начинается с {prefix}.\n\n"
            "Если это сделали не вы, отзовите ключ и смените пароль:\n\n"
            f"{link}\n",
        )
    return Mail(
        to.email,
        "A new API key",
        "Hello!\n\n"
        f"An API key that begins with {prefix} was made in your Pixel-Track account.\n\n"
        "If that was not you, revoke the key and change your password:\n\n"
        f"{link}\n",
    )
