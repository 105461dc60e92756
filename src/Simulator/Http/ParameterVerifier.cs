using System.Globalization;
using System.Text.RegularExpressions;
using MultiPanel.Simulator.Running;

namespace MultiPanel.Simulator.Http;

/// <summary>Checks a call's parameters against their declarations, with the texts of PVE::JSONSchema.</summary>
internal static partial class ParameterVerifier
{
    private const string Unknown = "property is not defined in schema and the schema does not allow additional properties";

    /// <summary>Returns the parameters as text (booleans as 1 and 0); throws 400 with an error for each wrong one.</summary>
    public static Dictionary<string, string> Verify(
        IReadOnlyDictionary<string, Parameter> declared, IReadOnlyDictionary<string, List<string>> given)
    {
        var errors = new Dictionary<string, string>();
        var verified = new Dictionary<string, string>();
        foreach (var (name, values) in given)
        {
            if (!declared.TryGetValue(name, out var parameter))
            {
                errors[name] = Unknown;
                continue;
            }

            var value = parameter.Type == "array" ? string.Join('\0', values) : string.Join(parameter.IsList ? "," : "\0", values);
            if (Check(parameter, ref value) is { } error)
            {
                errors[name] = error;
            }

            verified[name] = value;
        }

        foreach (var parameter in declared.Values)
        {
            if (parameter.Required && !given.ContainsKey(parameter.Name))
            {
                errors[parameter.Name] = "property is missing and it is not optional";
            }
        }

        return errors.Count == 0 ? verified : throw new PveException(errors);
    }

    public static bool IsUserId(string value) => value.Length <= 64 && UserPattern().IsMatch(value);

    private static string? Check(Parameter parameter, ref string value)
    {
        if (parameter.Type == "bool")
        {
            if (value is not ("1" or "0" or "on" or "off" or "yes" or "no" or "true" or "false"))
            {
                return $"type check ('boolean') failed - got '{value}'";
            }

            value = value is "1" or "on" or "yes" or "true" ? "1" : "0";
            return null;
        }

        return Number(parameter, value) ?? Text(parameter, value);
    }

    private static string? Number(Parameter parameter, string value)
    {
        switch (parameter.Type)
        {
            case "vmid":
                return VmIdPattern().IsMatch(value) ? null : "invalid format - value does not look like a valid VM ID\n";
            case "memory":
                return Memory(value.Split('=')[^1]) is { } wrong ? $"invalid format - format error\nmemory.current: {wrong}\n" : null;
            case "int" when !IntegerPattern().IsMatch(value):
                return $"type check ('integer') failed - got '{value}'";
            case "num" when !NumberPattern().IsMatch(value):
                return $"type check ('number') failed - got '{value}'";
            case "int" or "num":
                var number = double.Parse(value, CultureInfo.InvariantCulture);
                return number < parameter.Minimum ? $"value must have a minimum value of {parameter.Minimum}"
                    : number > parameter.Maximum ? $"value must have a maximum value of {parameter.Maximum}" : null;
            default:
                return null;
        }
    }

    private static string? Text(Parameter parameter, string value)
    {
        if (value.Length > parameter.MaxLength)
        {
            return $"value may only be {parameter.MaxLength} characters long";
        }

        if (value.Length < parameter.MinLength)
        {
            return $"value must be at least {parameter.MinLength} characters long";
        }

        if (parameter.Values is { } values)
        {
            return values.Contains(value) ? null : $"value '{value}' does not have a value in the enumeration '{string.Join(", ", values)}'";
        }

        return parameter.Type switch
        {
            "dns" when !DnsPattern().IsMatch(value) => "invalid format - value does not look like a valid DNS name\n",
            "node" when !NodePattern().IsMatch(value) => "invalid format - value does not look like a valid node name\n",
            "storage" when !StoragePattern().IsMatch(value) => "invalid format - storage ID '" + value + "' contains illegal characters\n",
            "configid" when !ConfigIdPattern().IsMatch(value) => $"invalid format - invalid configuration ID '{value}'\n",
            "userid" when !UserPattern().IsMatch(value) => $"invalid format - value '{value}' does not look like a valid user name\n",
            "tags" when !value.Split([';', ',', ' '], StringSplitOptions.RemoveEmptyEntries).All(TagPattern().IsMatch) => "invalid format - invalid characters in tag\n",
            "urlencoded" when value.Contains(' ', StringComparison.Ordinal) => "invalid format - invalid urlencoded string\n",
            "size" when !SizePattern().IsMatch(value) => "value does not match the regex pattern",
            "drive" when !Qemu.Drive.Keys.Contains(value) => $"value '{value}' does not have a value in the enumeration '{string.Join(", ", Qemu.Drive.Keys)}'",
            "tokenid" when !TokenPattern().IsMatch(value) => "value does not match the regex pattern",
            _ => null,
        };
    }

    /// <summary>PVE::QemuServer::Memory: at least 16 MiB.</summary>
    private static string? Memory(string value) => !IntegerPattern().IsMatch(value) ? $"type check ('integer') failed - got '{value}'"
        : long.Parse(value, CultureInfo.InvariantCulture) < 16 ? "value must have a minimum value of 16" : null;

    [GeneratedRegex(@"^[1-9][0-9]{2,8}$")]
    private static partial Regex VmIdPattern();

    [GeneratedRegex(@"^[+-]?\d+$")]
    private static partial Regex IntegerPattern();

    [GeneratedRegex(@"^[+-]?\d+(\.\d+)?$")]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"^(([a-zA-Z0-9]([a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])?)\.)*([a-zA-Z0-9]([a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])?)$")]
    private static partial Regex DnsPattern();

    [GeneratedRegex(@"^[a-zA-Z0-9]([a-zA-Z0-9\-]*[a-zA-Z0-9])?$")]
    private static partial Regex NodePattern();

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9\-_.]*[a-zA-Z0-9]$")]
    private static partial Regex StoragePattern();

    [GeneratedRegex(@"^[a-zA-Z][a-zA-Z0-9_-]+$")]
    private static partial Regex ConfigIdPattern();

    // The realm follows the last @: a user's name may be an e-mail address.
    [GeneratedRegex(@"^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$")]
    private static partial Regex UserPattern();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9.\-_]+$")]
    private static partial Regex TokenPattern();

    [GeneratedRegex(@"^[a-zA-Z0-9_][a-zA-Z0-9_\-+.]*$")]
    private static partial Regex TagPattern();

    [GeneratedRegex(@"^\+?\d+(\.\d+)?[KMGT]?$")]
    private static partial Regex SizePattern();
}
