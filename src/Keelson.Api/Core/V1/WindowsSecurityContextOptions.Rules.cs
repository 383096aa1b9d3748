using System.Text.RegularExpressions;
using Keelson.Api.Names;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

public sealed partial record WindowsSecurityContextOptions
{
    private const int MaximumCredentialKibibytes = 64;
    private const int MaximumDomainLength = 256;
    private const int MaximumUserLength = 104;

    private static readonly Regex NetBios = new(@"^[^\\/:*?""<>|.][^\\/:*?""<>|]{0,14}\z", RegexOptions.NonBacktracking);

    private static readonly Regex Domain = new(
        @"^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\z", RegexOptions.NonBacktracking);

    internal void Validate(FieldErrors errors)
    {
        if (GmsaCredentialSpecName is { } name) errors.Subdomain("gmsaCredentialSpecName", name);
        if (GmsaCredentialSpec is { } credential)
        {
            if (credential.Length == 0)
            {
                errors.Invalid("gmsaCredentialSpec", credential, "gmsaCredentialSpec cannot be an empty string");
            }
            else if (NameMessage.IsLonger(credential, MaximumCredentialKibibytes * 1024))
            {
                errors.Invalid("gmsaCredentialSpec", credential, $"gmsaCredentialSpec size must be under {MaximumCredentialKibibytes} KiB");
            }
        }

        if (RunAsUserName is { } user) ValidateUser(user, errors);
    }

    private static void ValidateUser(string name, FieldErrors errors)
    {
        var parts = name.Split('\\');
        if (name.Length == 0) Wrong("runAsUserName cannot be an empty string");
        else if (name.Any(char.IsControl)) Wrong("runAsUserName cannot contain control characters");
        else if (parts.Length > 2) Wrong("runAsUserName cannot contain more than one backslash");
        else
        {
            var user = parts[^1];
            if (parts.Length == 2)
            {
                if (NameMessage.IsLonger(parts[0], MaximumDomainLength - 1)) Wrong($"runAsUserName's Domain length must be under {MaximumDomainLength} characters");
                if (!NetBios.IsMatch(parts[0]) && !Domain.IsMatch(parts[0])) Wrong("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
            }

            if (user.Length == 0) Wrong("runAsUserName's User cannot be empty");
            else if (NameMessage.IsLonger(user, MaximumUserLength)) Wrong($"runAsUserName's User length must not be longer than {MaximumUserLength} characters");
            if (user.Length > 0 && !user.AsSpan().ContainsAnyExcept('.', ' ')) Wrong("runAsUserName's User cannot contain only periods or spaces");
            if (user.AsSpan().ContainsAny("\"/\\:;|=,+*?<>@[]")) Wrong("runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
        }

        void Wrong(string detail) => errors.Invalid("runAsUserName", name, detail);
    }
}
