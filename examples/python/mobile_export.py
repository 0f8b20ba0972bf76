import tensorflow as tf

# Create a simple model
model = tf.keras.Sequential([
    tf.keras.layers.Dense(128, activation='relu', input_shape=(784,)),
    tf.keras.layers.Dense(10, activation='softmax')
])

# Compile the model
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])

# Training code would go here...

# Save the model for deployment
# (the article's model.save('my_model') made a folder in Keras 2; in Keras 3 export does)
model.export('my_model')

# Convert to TensorFlow Lite for mobile deployment
converter = tf.lite.TFLiteConverter.from_saved_model('my_model')
tflite_model = converter.convert()

# Save the TF Lite model
with open('model.tflite', 'wb') as f:
    f.write(tflite_model)
print("Model converted to TensorFlow Lite format for mobile deployment")
