"""Values to text and back: records, shop settings, import profiles. The only user of cattrs."""
