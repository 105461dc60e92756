using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace MultiPanel.Api.Http;

/// <summary>Which part of a list is asked for: so many, after the item that the cursor names.</summary>
internal sealed record Page<TKey>(int Limit, TKey? After) where TKey : struct, ISpanParsable<TKey>
{
    public const int Default = 50, Most = 500;

    public static Page<TKey> Read(string? limit, string? cursor, Rules rules) =>
        new((int)(QueryText.Integer("limit", limit, 1, Most, rules) ?? Default), Key(cursor, rules));

    /// <param name="items">One more than the limit were asked for, which shows whether there is a next page.</param>
    public (IReadOnlyList<T> Items, string? NextCursor) Cut<T>(IReadOnlyList<T> items, Func<T, TKey> key)
    {
        if (items.Count <= Limit)
        {
            return (items, null);
        }

        return ([.. items.Take(Limit)], Cursor(key(items[Limit - 1])));
    }

    private static string Cursor(TKey last) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{last}")));

    private static TKey? Key(string? cursor, Rules rules)
    {
        if (cursor is null)
        {
            return null;
        }

        if (cursor.Length is > 0 and <= 64 && Base64Url.IsValid(cursor)
            && TKey.TryParse(Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)), CultureInfo.InvariantCulture, out var key)
            && Cursor(key) == cursor)
        {
            return key;
        }

        rules.Fail("cursor", "is not one that this list gave out");
        return null;
    }
}
