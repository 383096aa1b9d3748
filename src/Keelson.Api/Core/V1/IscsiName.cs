using System.Text.RegularExpressions;
using Keelson.Api.Validation;

namespace Keelson.Api.Core.V1;

/// <summary>The three forms of names that iSCSI has for its ends.</summary>
internal static class IscsiName
{
    // The names are not anchored at their beginning upstream, and so not here.
    private static readonly Regex Qualified = new(@"iqn\.[0-9]{4}-[0-9]{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\t\n\f\r ]+)\z", RegexOptions.NonBacktracking);

    private static readonly Regex Extended = new(@"^eui.[A-Za-z0-9]{16}\z", RegexOptions.NonBacktracking);

    private static readonly Regex Network = new(@"^naa.[A-Za-z0-9]{32}\z", RegexOptions.NonBacktracking);

    public static void Validate(string field, string name, FieldErrors errors)
    {
        var form = name.Length < 3 ? "" : name[..3];
        var valid = form switch
        {
            "iqn" => Qualified.IsMatch(name),
            "eui" => Extended.IsMatch(name),
            "naa" => Network.IsMatch(name),
            _ => (bool?)null,
        };
        if (valid is null) errors.Invalid(field, name, "must be valid format starting with iqn, eui, or naa");
        else if (valid is false) errors.Invalid(field, name, "must be valid format");
    }
}
